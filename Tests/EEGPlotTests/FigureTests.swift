import EEGPlot
import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Parses a document and collects its texts; nil if it is not well-formed.
private func texts(of svg: String) -> [String]? {
    final class Collector: NSObject, XMLParserDelegate {
        var texts: [String] = []
        func parser(_ parser: XMLParser, foundCharacters string: String) {
            if !texts.isEmpty { texts[texts.count - 1] += string }
        }
        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            if name == "text" { texts.append("") }
        }
    }
    let parser = XMLParser(data: Data(svg.utf8))
    let collector = Collector()
    parser.delegate = collector
    return parser.parse() ? collector.texts.map { $0.trimmingCharacters(in: .newlines) } : nil
}

@Suite struct FigureTests {
    private let sine = (0..<20_000).map { Float(sin(Double($0) / 10)) }

    @Test func textIsEscaped() throws {
        var figure = Figure(title: "<b> & \"quotes\" 'here'", subtitle: ["control \u{7} and \u{FFFF}", "眼睛 µV"])
        figure.addRow([
            LineChart(title: "a<b", x: Axis("x & y"), series: [Series("<i>", [1, 2]), Series("&amp;", [2, 1])]),
            TracePlot(traces: [.init(label: "<Fz>", samples: sine, samplingRate: 100)], spans: [Span(0...1, label: "\">")], unit: "<µV>"),
            MatrixPlot.confusion(counts: [[1, 2], [3, 4]], classes: ["<no>", "&"]),
        ])
        let found = try #require(texts(of: figure.svg()))
        for text in [
            "<b> & \"quotes\" 'here'", "control \u{FFFD} and \u{FFFD}", "眼睛 µV", "a<b", "x & y", "<i>", "&amp;", "<Fz>", "\">", "<no>", "&",
        ] {
            #expect(found.contains(text), "\(text)")
        }
    }

    @Test func unusualDataGivesWellFormedFigures() throws {
        let series: [[Double]] = [
            [], [1], [.nan, .nan], [1, .nan, 2, .infinity, 3], [5, 5, 5], [1e-300, 2e-300], [-1e300, 1e300], [1e15, 1e15 + 1], [0, 1e-12],
        ]
        for values in series {
            var figure = Figure()
            figure.addRow([LineChart(series: [Series("a", values), Series("b", values.reversed())])])
            figure.addRow([TracePlot(traces: [.init(label: "a", samples: values.map { Float($0) }, samplingRate: 1)])])
            figure.addRow([MatrixPlot(values: values.isEmpty ? [] : [values, values])])
            let svg = figure.svg()
            #expect(texts(of: svg) != nil, "\(values)")
            #expect(!svg.contains("nan") && !svg.contains("inf"), "\(values)")
        }
    }

    @Test func tracesKeepTheirPeaksInASmallFile() throws {
        var samples = [Float](repeating: 0, count: 1_000_000)
        samples[777_777] = 1000
        var figure = Figure(width: 1000)
        figure.addRow([TracePlot(traces: [.init(label: "a", samples: samples, samplingRate: 250)], spacing: 2000)], height: 300)
        let svg = figure.svg()
        #expect(svg.utf8.count < 40_000)
        // A row of 264 pixels for 2000 units: the peak is 132 pixels high.
        #expect(svg.contains("-132"))
    }

    @Test func fileIsReplacedAsAWhole() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "figure.svg").path
        var figure = Figure(title: "one")
        try figure.write(to: path)
        figure.title = "two"
        try figure.write(to: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == figure.svg())
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["figure.svg"])
        let error = #expect(throws: FigureError.self) { try figure.write(to: folder.appending(path: "no/such/figure.svg").path) }
        #expect(try #require(error).path.hasSuffix("no/such/figure.svg"))
    }

    @Test func brokenRulesStopWithAMessage() async throws {
        let result = try #require(
            await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = Series("a", [1, 2, 3], x: [1, 2])
            })
        #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("Series: 2 positions but 3 values"))
    }
}

@Suite struct TicksTests {
    @Test(arguments: [
        (0.0...1.0, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0.0...60.0, 4, ["0", "20", "40", "60"]),
        (-3.0...7.0, 5, ["−2", "0", "2", "4", "6"]),
        (0.013...0.017, 4, ["0.013", "0.014", "0.015", "0.016", "0.017"]),
        (0.0...5e8, 5, ["0", "1e8", "2e8", "3e8", "4e8", "5e8"]),
        (0.0...3e-9, 3, ["0", "1e−9", "2e−9", "3e−9"]),
        (7.0...7.0, 5, ["7.00"]),
    ])
    func roundNumbers(_ range: ClosedRange<Double>, count: Int, labels: [String]) {
        #expect(Ticks(over: range, count: count).labels == labels)
    }

    @Test func coordinatesAreShort() {
        #expect([0.04, -0.04, 12.34, -7, 0.25, .nan, 1e12].map(decimal) == ["0", "0", "12.3", "-7", "0.3", "0", "1000000000"])
    }
}
