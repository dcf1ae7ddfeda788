# On a fresh machine `make demo` and `make test` are all there is to do.
SWIFT ?= swift

.PHONY: help bootstrap demo test bench format lint clean

help:
	@echo "make demo    train networks that withstand corrupted channels on recordings of mental arithmetic, and draw figures"
	@echo "make test    build and run all tests in release mode"
	@echo "make bench   time the kernels beside the machine's limits (and PyTorch, where it is installed)"
	@echo "make format  format the Swift sources; 'make lint' only checks them"
	@echo "make clean   remove build products"

bootstrap:
	@Scripts/bootstrap

demo: bootstrap
	$(SWIFT) build -c release --product dsf
	@Scripts/dsf-demo

# The kernels are tested for every instruction set within one run; the runs after it show that the environment variables choose, too. The
# consumer is a package of its own that depends on this one.
test: bootstrap
	$(SWIFT) test -c release
	EEG_ISA=base EEG_NUM_THREADS=1 $(SWIFT) test -c release --skip-build --filter 'EEGTensorTests'
	EEG_ISA=avx2 EEG_NUM_THREADS=3 $(SWIFT) test -c release --skip-build --filter 'EEGTensorTests'
	cd Tests/Fixtures/consumer && $(SWIFT) test -c release

bench: bootstrap
	$(SWIFT) build -c release --product eeg-bench
	@Benchmarks/run

format:
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Examples Benchmarks Tests

lint:
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Examples Benchmarks Tests

clean:
	$(SWIFT) package clean
