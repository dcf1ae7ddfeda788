/// UTF-8 where it is valid, else Latin-1, which every byte sequence is.
package func decodeText(_ bytes: some Collection<UInt8>) -> String {
    String(validating: bytes, as: UTF8.self) ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}

/// Bytes for an error message: quoted text, unprintable bytes as hexadecimal numbers.
package func describe(_ bytes: some Collection<UInt8>) -> String {
    let text = bytes.prefix(80).map { byte in
        (32..<127).contains(byte) ? String(Unicode.Scalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return "\"" + text.joined() + "\""
}
