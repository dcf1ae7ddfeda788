import EEGData
import Testing

@Suite struct ARFFTests {
    private func table(_ text: String) throws -> ARFFTable {
        let folder = try TemporaryFolder()
        return try ARFFTable(contentsOf: folder.write(Array(text.utf8)))
    }

    @Test func numbersAndClasses() throws {
        let text =
            "% comment\r\n@RELATION eeg\r\n\r\n@ATTRIBUTE AF3 NUMERIC\r\n@attribute state  {open, closed}\r\n@DATA\r\n1.5,open\r\n-2e3, closed\r\n"
        let table = try table(text)
        #expect(table.names == ["AF3", "state"])
        #expect(table.kinds == [.numeric, .nominal(["open", "closed"])])
        #expect(table.rowCount == 2)
        #expect(try table.column("AF3") == [1.5, -2000])
        #expect(try table.column("state") == [0, 1])
        #expect(throws: EEGDataError.self) { try table.column("F7") }
    }

    @Test(arguments: [
        ("", "no content"), ("@RELATION x\n@ATTRIBUTE a NUMERIC\n", "no data section"), ("@ATTRIBUTE a NUMERIC\n@DATA\n1\n", "no relation"),
        ("@RELATION x\n@DATA\n1\n", "no attributes"), ("@RELATION x\n@ATTRIBUTE a NUMERIC\n@DATA\n1,2\n", "too many values"),
        ("@RELATION x\n@ATTRIBUTE a NUMERIC\n@ATTRIBUTE b NUMERIC\n@DATA\n1\n", "too few values"),
        ("@RELATION x\n@ATTRIBUTE a NUMERIC\n@DATA\n?\n", "a missing value"),
        ("@RELATION x\n@ATTRIBUTE a NUMERIC\n@DATA\nnan\n", "not a number"),
        ("@RELATION x\n@ATTRIBUTE a {0,1}\n@DATA\n2\n", "an unknown class"),
        ("@RELATION x\n@ATTRIBUTE a STRING\n@DATA\n", "a type of text"),
        ("@RELATION x\n@ATTRIBUTE a NUMERIC\n@ATTRIBUTE a NUMERIC\n@DATA\n", "a name twice"), ("1,2,3\n", "no header"),
        ("@RELATION x\n@ATTRIBUTE a NUMERIC\n@DATA\n{0 1}\n", "a sparse row"), ("PK\u{3}\u{4}", "an archive"),
    ])
    func whatIsNotReadIsRefused(text: String, comment: String) throws {
        let error = #expect(throws: EEGDataError.self, "\(comment)") { try table(text) }
        #expect("\(try #require(error))".contains("ARFF"))
    }
}
