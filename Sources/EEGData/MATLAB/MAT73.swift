/// Opens a MATLAB 7.3 file, which is an HDF5 file.
func openMAT73(_ file: RandomAccessFile, limits: ReadLimits) throws(EEGDataError) -> any MATContainer {
    throw .unsupported(file: file.path, format: "MATLAB 7.3", feature: "the HDF5 container cannot be read yet")
}
