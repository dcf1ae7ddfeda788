/// Traps with `message` unless `condition` holds, in debug and release builds alike.
///
/// For broken contracts in a program (shapes that do not fit, an axis that does not exist): the message names the operation and shows
/// both shapes. What comes from outside (files, configuration) is reported by thrown errors instead.
@inlinable @inline(__always)
public func require(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
    if !condition() { requirementFailed(message(), file: file, line: line) }
}

@usableFromInline @inline(never)
func requirementFailed(_ message: String, file: StaticString, line: UInt) -> Never {
    fatalError(message, file: file, line: line)
}
