@main struct EyeState { static func main() {} }
