"""The benchmarks: what each protocol measures, and beside what. A ratio counts; an absolute figure is only context."""
