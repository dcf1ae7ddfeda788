# On a fresh machine `make demo` and `make test` are all there is to do.
SWIFT ?= swift

.PHONY: help bootstrap demo test bench format lint clean

help:
	@echo "make demo    train a small network on the EEG Eye State recording and write a figure"
	@echo "make test    build and run all tests in release mode"
	@echo "make bench   time the kernels beside the machine's limits (and PyTorch, where it is installed)"
	@echo "make format  format the Swift sources; 'make lint' only checks them"
	@echo "make clean   remove build products"

bootstrap:
	@Scripts/bootstrap

demo: bootstrap
	$(SWIFT) build -c release --product eye-state
	@Scripts/eye-state-demo

test: bootstrap
	$(SWIFT) test -c release

bench: bootstrap
	$(SWIFT) run -c release eeg-bench

format:
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Examples Benchmarks Tests

lint:
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Examples Benchmarks Tests

clean:
	$(SWIFT) package clean
