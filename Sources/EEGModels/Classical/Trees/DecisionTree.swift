/// A tree of decisions, each about one feature, with the shares of the classes at its leaves.
struct DecisionTree: Sendable {
    /// A decision or a leaf. Behind a decision comes the node for values up to the threshold.
    struct Node {
        var threshold: Float
        /// -1 at a leaf.
        var feature: Int32
        /// The node for values above the threshold; at a leaf its number.
        var next: Int32
    }

    var nodes: [Node] = []
    /// `[leaf, class]`.
    var shares: [Float] = []

    /// The number of the leaf that a window belongs to.
    func leaf(of features: UnsafePointer<Float>) -> Int {
        nodes.withUnsafeBufferPointer { nodes in
            var index = 0
            while nodes[index].feature >= 0 {
                index = features[Int(nodes[index].feature)] <= nodes[index].threshold ? index + 1 : Int(nodes[index].next)
            }
            return Int(nodes[index].next)
        }
    }
}
