import EEGPlot
import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct TopographicMapTests {
    /// Two rings of electrodes and one at the top: symmetric about the midline.
    private let electrodes: [Electrode] = {
        var result = [Electrode("top", x: 0, y: 0, z: 1)]
        for (ring, height) in [0.75, 0.2].enumerated() {
            for index in 0..<12 {
                let angle = Double(index) * .pi / 6
                let radius = (1 - height * height).squareRoot()
                result.append(Electrode("\(ring)-\(index)", x: radius * sin(angle), y: radius * cos(angle), z: height))
            }
        }
        return result
    }()

    @Test func valueAtEachElectrodeIsItsDatum() throws {
        let values = electrodes.indices.map { sin(Double($0 * $0)) }
        let map = TopographicMap(electrodes: electrodes, values: values)
        for (place, value) in zip(map.places, values) {
            #expect(abs(try #require(map.value(x: place.x, y: place.y)) - value) < 1e-6)
        }
    }

    @Test func constantDataStayConstant() throws {
        for count in [1, 2, 25] {
            let map = TopographicMap(electrodes: Array(electrodes.prefix(count)), values: Array(repeating: 3, count: count))
            for (x, y) in [(0.0, 0.0), (0.7, 0.7), (-0.3, -0.9)] { #expect(abs(try #require(map.value(x: x, y: y)) - 3) < 1e-9) }
        }
    }

    @Test func placesOfElectrodes() {
        let map = TopographicMap(
            electrodes: [Electrode("Cz", x: 0, y: 0, z: 2), Electrode("nose", x: 0, y: 1, z: 0), Electrode("right ear", x: 3, y: 0, z: 0)],
            values: [1, 2, 3])
        for (place, expected) in zip(map.places, [SIMD2(0.0, 0.0), SIMD2(0, 90 / 92.0), SIMD2(90 / 92.0, 0)]) {
            #expect(hypot(place.x - expected.x, place.y - expected.y) < 1e-12)
        }
    }

    @Test func symmetricDataGiveASymmetricPicture() throws {
        // Each value depends on how far forward its electrode is and on its height.
        let values = electrodes.indices.map { index -> Double in
            guard index > 0 else { return 0.4 }
            return cos(Double((index - 1) % 12) * .pi / 6) * (index > 12 ? 1 : -0.5)
        }
        let map = TopographicMap(electrodes: electrodes, values: values)
        for x in [0.1, 0.35, 0.8] {
            for y in [-0.6, 0.0, 0.55] {
                #expect(abs(try #require(map.value(x: x, y: y)) - (try #require(map.value(x: -x, y: y)))) < 1e-9)
            }
        }
        // The outlines that are drawn are mirror images of themselves.
        var figure = Figure(width: 400)
        figure.addRow([map], height: 300)
        let center = 20 + (360 - 84) / 2.0
        var outlines = 0
        for match in figure.svg().matches(of: #/<path d="(M[^"]*z)" fill="/#) {
            let points = absolutePoints(String(match.1))
            guard points.count > 8 else { continue }
            outlines += 1
            for point in points {
                let mirrored = (x: 2 * center - point.x, y: point.y)
                let distance = points.map { hypot($0.x - mirrored.x, $0.y - mirrored.y) }.min() ?? .infinity
                #expect(distance < 0.21)
            }
        }
        #expect(outlines > 12)
    }

    /// The corners of path data made of M, l and z.
    private func absolutePoints(_ data: String) -> [(x: Double, y: Double)] {
        var (points, current) = ([(x: Double, y: Double)](), (x: 0.0, y: 0.0))
        for match in data.matches(of: #/([Ml])(-?[\d.]+) (-?[\d.]+)/#) {
            guard let x = Double(match.2), let y = Double(match.3) else { continue }
            current = match.1 == "M" ? (x, y) : (current.x + x, current.y + y)
            points.append(current)
        }
        return points
    }

    @Test func unusualDataGiveWellFormedFigures() {
        let few = Array(electrodes.prefix(3))
        let twice = [few[1], few[1], few[2]]
        let cases: [([Electrode], [[Double]])] = [
            ([], [[]]), (few, []), (few, [[.nan, .nan, .nan]]), (few, [[1, .nan, 2], [.infinity, 1, 3]]), (few, [[0, 0, 0]]),
            (few, [[1e-300, 0, 1e-300]]), (few, [[-1e300, 0, 1e300]]), (twice, [[1, 2, 3]]), (few, Array(repeating: [1, 2, -3], count: 7)),
        ]
        for (electrodes, maps) in cases {
            for (width, height) in [(300.0, 200.0), (60, 30)] {
                var figure = Figure(width: width)
                figure.addRow(
                    [TopographicMap(electrodes: electrodes, maps: maps.map { .init(title: "<a>", values: $0) }, showsNames: true)],
                    height: height)
                let svg = figure.svg()
                #expect(XMLParser(data: Data(svg.utf8)).parse(), "\(maps)")
                #expect(!svg.contains("nan") && !svg.contains("inf"), "\(maps)")
            }
        }
    }

    @Test func heatMapKeepsPeaksInASmallFile() {
        var values = Array(repeating: Array(repeating: Float(0), count: 100_000), count: 20)
        values[7][66_666] = -5
        values[8][3] = .nan
        var figure = Figure(width: 1000)
        figure.addRow([HeatMap(values: values, rowLabels: values.indices.map { "\($0)" }, samplingRate: 250, label: "score")])
        figure.addRow([HeatMap(values: [], rowLabels: [], samplingRate: 250)])
        let svg = figure.svg()
        #expect(svg.utf8.count < 40_000)
        // Two colours: that of 0 and that of the peak.
        #expect(svg.matches(of: #/shape-rendering/#).count == 2)
        #expect(!svg.contains("nan"))
    }
}
