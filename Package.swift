// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// `EEG_TESTS=EEGDataTests` leaves out the tests of all other targets: much quicker to build while working on one.
let wantedTests = Context.environment["EEG_TESTS"]

let package = Package(
    name: "swift-eeg",
    platforms: [.macOS("26.0")],
    products: [
        .library(name: "EEGTensor", targets: ["EEGTensor"]),
        .library(name: "EEGData", targets: ["EEGData"]),
        .library(name: "EEGAugment", targets: ["EEGAugment"]),
        .library(name: "EEGModels", targets: ["EEGModels"]),
        .library(name: "EEGPlot", targets: ["EEGPlot"]),
        .library(name: "EEGModelTesting", targets: ["EEGModelTesting"]),
        .executable(name: "eegtool", targets: ["eegtool"]),
        .executable(name: "eye-state", targets: ["eye-state"]),
        .executable(name: "decode", targets: ["decode"]),
        .executable(name: "dsf", targets: ["dsf"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        .systemLibrary(
            name: "CFFTW", pkgConfig: "fftw3",
            providers: [.apt(["libfftw3-dev"]), .brew(["fftw"])]),
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "CLibdeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"]), .brew(["snappy"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"]), .brew(["brotli"])]),
        .target(
            name: "CEEGKernels",
            exclude: ["ops"],
            cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))],
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux])), .linkedLibrary("pthread", .when(platforms: [.linux]))]),
        .target(name: "EEGTensor", dependencies: ["CEEGKernels", "COpenBLAS", "CFFTW"], swiftSettings: swiftSettings),
        .target(name: "EEGPlot", swiftSettings: swiftSettings),
        .target(name: "EEGFiles", dependencies: ["EEGTensor"], swiftSettings: swiftSettings),
        .target(
            name: "EEGData",
            dependencies: [
                "EEGTensor", "EEGFiles", "CHDF5", "CZlib", "CLibdeflate", "CZstd", "CSnappy", "CLZ4", "CBrotli",
                .product(name: "SwiftCSV", package: "SwiftCSV"),
            ],
            swiftSettings: swiftSettings),
        .target(name: "EEGAugment", dependencies: ["EEGTensor"], swiftSettings: swiftSettings),
        .target(name: "EEGModels", dependencies: ["EEGTensor", "EEGFiles", "EEGPlot"], swiftSettings: swiftSettings),
        .target(name: "EEGModelTesting", dependencies: ["EEGTensor", "EEGModels"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "eegtool", dependencies: ["EEGData", "EEGPlot", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "eye-state",
            dependencies: [
                "EEGTensor", "EEGData", "EEGModels", "EEGPlot",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Examples/eye-state", swiftSettings: swiftSettings),
        .executableTarget(
            name: "decode",
            dependencies: [
                "EEGTensor", "EEGData", "EEGModels", "EEGPlot",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Examples/decode", swiftSettings: swiftSettings),
        .executableTarget(
            name: "dsf",
            dependencies: [
                "EEGTensor", "EEGData", "EEGFiles", "EEGAugment", "EEGModels", "EEGPlot",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Examples/dsf", swiftSettings: swiftSettings),
        .executableTarget(
            name: "eeg-bench",
            dependencies: [
                "EEGTensor", "EEGData", "EEGModels", "EEGPlot", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/eeg-bench", swiftSettings: swiftSettings),
        .target(name: "GoldenFiles", path: "Tests/GoldenFiles", swiftSettings: swiftSettings),
        .testTarget(
            name: "EEGTensorTests", dependencies: ["EEGTensor", "CEEGKernels", "EEGModelTesting", "GoldenFiles"],
            exclude: ["Fixtures"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "eeg-fuzz", dependencies: ["EEGTensor", "EEGData", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Tests/eeg-fuzz", swiftSettings: swiftSettings),
        .testTarget(
            name: "EEGDataTests", dependencies: ["EEGData", "EEGTensor", "eeg-fuzz", "eegtool"], exclude: ["Fixtures"], swiftSettings: swiftSettings),
        .testTarget(
            name: "EEGModelsTests", dependencies: ["EEGModels", "EEGModelTesting", "EEGTensor", "EEGFiles", "EEGData", "GoldenFiles"],
            exclude: ["Fixtures"],
            swiftSettings: swiftSettings),
        .testTarget(name: "EEGAugmentTests", dependencies: ["EEGAugment", "EEGTensor"], swiftSettings: swiftSettings),
        .testTarget(name: "DSFTests", dependencies: ["dsf", "EEGData", "EEGTensor"], swiftSettings: swiftSettings),
        .testTarget(name: "EEGPlotTests", dependencies: ["EEGPlot"], swiftSettings: swiftSettings),
    ]
)

if let wantedTests {
    package.targets.removeAll { $0.type == .test && $0.name != wantedTests }
}
