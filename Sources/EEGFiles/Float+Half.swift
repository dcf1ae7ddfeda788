extension Float {
    /// The value of an IEEE number of 16 bits.
    package init(half bits: UInt16) {
        let exponent = Int(bits >> 10 & 31)
        let fraction = Float(bits & 0x3FF)
        let magnitude: Float =
            switch exponent {
            case 0: fraction * 0x1p-24
            case 31: fraction == 0 ? .infinity : .nan
            default: Float(sign: .plus, exponent: exponent - 25, significand: fraction + 1024)
            }
        self = bits & 0x8000 == 0 ? magnitude : -magnitude
    }
}
