/// Errors, limits, arrays and safetensors files, which models use as well.
@_exported public import EEGFiles
