// swift-tools-version: 6.2
import PackageDescription

// A package as a user would write it: it uses EEGTensor, adds an operation of its own, and tests it. `make test` builds and runs it.
let package = Package(
    name: "consumer",
    dependencies: [.package(name: "swift-eeg", path: "../../..")],
    targets: [
        .target(name: "Softsign", dependencies: [.product(name: "EEGTensor", package: "swift-eeg")]),
        .testTarget(
            name: "SoftsignTests",
            dependencies: [
                "Softsign", .product(name: "EEGTensor", package: "swift-eeg"), .product(name: "EEGModelTesting", package: "swift-eeg"),
            ]),
    ]
)
