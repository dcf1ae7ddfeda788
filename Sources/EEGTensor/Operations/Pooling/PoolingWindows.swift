internal import CEEGKernels

/// The windows of a pooling along the last axis (of inputs with three axes) or the last two.
struct PoolingWindows: Sendable, CustomStringConvertible {
    /// The windows along one axis.
    enum Axis: Sendable {
        /// Equal windows, `stride` apart; `ceilMode` adds a last one that the input does not fill.
        case equal(kernel: Int, stride: Int, padding: Int, ceilMode: Bool)
        /// As many windows as `outputs`, which together cover the input.
        case adaptive(outputs: Int)

        static let none = Axis.equal(kernel: 1, stride: 1, padding: 0, ceilMode: false)
    }

    let height: Axis
    let width: Axis

    /// Windows of an input with three axes.
    init(width: Axis) {
        height = .none
        self.width = width
    }

    /// Windows of an input with four axes.
    init(height: Axis, width: Axis) {
        self.height = height
        self.width = width
    }

    /// Equal windows; as far apart as they are long where no stride is given.
    init(kernel: Int, stride: Int?, padding: Int, ceilMode: Bool) {
        self.init(width: .equal(kernel: kernel, stride: stride ?? kernel, padding: padding, ceilMode: ceilMode))
    }

    /// Equal windows; as far apart as they are large where no stride is given.
    init(kernel: (height: Int, width: Int), stride: (height: Int, width: Int)?, padding: (height: Int, width: Int), ceilMode: Bool) {
        let stride = stride ?? kernel
        self.init(
            height: .equal(kernel: kernel.height, stride: stride.height, padding: padding.height, ceilMode: ceilMode),
            width: .equal(kernel: kernel.width, stride: stride.width, padding: padding.width, ceilMode: ceilMode))
    }

    var description: String { "\(height) x \(width)" }

    /// The windows over an input, as the kernels want them.
    func geometry(of x: Shape, _ operation: String) -> ceeg_pooling {
        require(x.elementCount > 0, "\(operation): empty input \(x)")
        return ceeg_pooling(
            planes: Int64(x[0] * x[1]), rows: height.geometry(x.rank == 4 ? x[2] : 1, of: x, operation),
            columns: width.geometry(x[x.rank - 1], of: x, operation))
    }

    /// The cells that the windows of all outputs hold.
    func cells(of x: Shape, outputs: Shape) -> Int {
        func kernel(_ axis: Axis, _ index: Int) -> Int {
            switch axis {
            case .equal(let kernel, _, _, _): kernel
            case .adaptive(let outputs): (x[index] + outputs - 1) / outputs
            }
        }
        return outputs.elementCount * kernel(width, x.rank - 1) * (x.rank == 4 ? kernel(height, 2) : 1)
    }
}

extension PoolingWindows.Axis: CustomStringConvertible {
    var description: String {
        switch self {
        case .equal(let kernel, let stride, let padding, let ceilMode):
            "kernel \(kernel), stride \(stride)" + (padding > 0 ? ", padding \(padding)" : "") + (ceilMode ? ", ceil mode" : "")
        case .adaptive(let outputs): "\(outputs) outputs"
        }
    }

    fileprivate func geometry(_ size: Int, of x: Shape, _ operation: String) -> ceeg_pooling_axis {
        switch self {
        case .adaptive(let outputs):
            require(outputs > 0, "\(operation): \(outputs) outputs of input \(x)")
            return ceeg_pooling_axis(in: Int64(size), out: Int64(outputs), kernel: 0, stride: 0, padding: 0)
        case .equal(let kernel, let stride, let padding, let ceilMode):
            require(kernel > 0 && stride > 0, "\(operation): \(self) is not possible")
            require(padding >= 0 && padding <= kernel / 2, "\(operation): padding \(padding) is more than half of kernel \(kernel)")
            let room = size + 2 * padding - kernel
            require(room >= 0, "\(operation): \(self) does not fit \(size) of input \(x)")
            var outputs = (room + (ceilMode ? stride - 1 : 0)) / stride + 1
            // A window that would begin behind the input is left out.
            if (outputs - 1) * stride >= size + padding { outputs -= 1 }
            return ceeg_pooling_axis(
                in: Int64(size), out: Int64(outputs), kernel: Int64(kernel), stride: Int64(stride), padding: Int64(padding))
        }
    }
}

extension ceeg_pooling {
    /// The shape of the results for an input of shape `x`.
    func outputShape(of x: Shape) -> Shape {
        x.rank == 4 ? [x[0], x[1], Int(rows.out), Int(columns.out)] : [x[0], x[1], Int(columns.out)]
    }
}
