/// The signal processing workloads.
let signalWorkloads: [Workload] = []
