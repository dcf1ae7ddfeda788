internal import CHDF5
internal import Synchronization

/// An identifier of the HDF5 library, closed once: when it is released, or before by `close`.
final class HDF5Handle {
    let id: hid_t
    private let closing: (hid_t) -> herr_t
    private var isOpen = true

    init(_ id: hid_t, closing: @escaping (hid_t) -> herr_t) {
        self.id = id
        self.closing = closing
    }

    func close(_ path: String) throws(EEGDataError) {
        isOpen = false
        try HDF5Library.check(path, "closing the file") { closing(id) }
    }

    deinit { if isOpen { _ = HDF5Library.locked { closing(id) } } }
}

/// Calls of the HDF5 library: one at a time, with its messages in the errors and not on the screen.
enum HDF5Library {
    private static let lock = Mutex<Void>(())

    static func locked<Result>(_ body: () -> Result) -> Result {
        lock.withLock { _ in
            ceeg_h5e_silence()
            return body()
        }
    }

    /// The identifier that a call makes.
    static func handle(
        _ path: String, _ operation: String, close: @escaping (hid_t) -> herr_t, _ body: () -> hid_t
    ) throws(EEGDataError) -> HDF5Handle {
        let (id, message) = locked { () -> (hid_t, String) in
            let id = body()
            return (id, id < 0 ? lastMessage() : "")
        }
        guard id >= 0 else { throw .fileSystem(file: path, operation: operation, reason: message) }
        return HDF5Handle(id, closing: close)
    }

    static func check(_ path: String, _ operation: String, _ body: () -> herr_t) throws(EEGDataError) {
        let (result, message) = locked { () -> (herr_t, String) in
            let result = body()
            return (result, result < 0 ? lastMessage() : "")
        }
        guard result >= 0 else { throw .fileSystem(file: path, operation: operation, reason: message) }
    }

    private static func lastMessage() -> String {
        var text = [CChar](repeating: 0, count: 1000)
        ceeg_h5e_message(&text)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The library's type of numbers of this machine.
    static func type(of values: NumericArray.Values) -> hid_t {
        locked {
            switch values {
            case .float: ceeg_h5t_native_float()
            case .double: ceeg_h5t_native_double()
            case .int8: ceeg_h5t_native_int8()
            case .int16: ceeg_h5t_native_int16()
            case .int32: ceeg_h5t_native_int32()
            case .int64: ceeg_h5t_native_int64()
            case .uint8, .bool: ceeg_h5t_native_uint8()
            case .uint16: ceeg_h5t_native_uint16()
            case .uint32: ceeg_h5t_native_uint32()
            case .uint64: ceeg_h5t_native_uint64()
            }
        }
    }
}

extension NumericArray.Values {
    /// The bytes of the elements in memory.
    func withBytes(_ body: (UnsafeRawBufferPointer) throws(EEGDataError) -> Void) throws(EEGDataError) {
        func call<Value>(_ values: [Value]) throws(EEGDataError) {
            var failure: EEGDataError?
            values.withUnsafeBytes { bytes in
                do throws(EEGDataError) { try body(bytes) } catch { failure = error }
            }
            if let failure { throw failure }
        }
        switch self {
        case .float(let values): try call(values)
        case .double(let values): try call(values)
        case .int8(let values): try call(values)
        case .int16(let values): try call(values)
        case .int32(let values): try call(values)
        case .int64(let values): try call(values)
        case .uint8(let values): try call(values)
        case .uint16(let values): try call(values)
        case .uint32(let values): try call(values)
        case .uint64(let values): try call(values)
        case .bool(let values): try call(values)
        }
    }
}
