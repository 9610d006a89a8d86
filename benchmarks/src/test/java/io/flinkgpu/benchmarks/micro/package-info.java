/**
 * JMH benchmarks of single classes, which stand among the tests because JMH is not a part of the
 * distribution. {@code mvn -B -pl benchmarks -am test -Dtest=MicrobenchmarkRun
 * -Dsurefire.failIfNoSpecifiedTests=false -Dflinkgpu.jmh=FILE} runs them and writes the results.
 */
package io.flinkgpu.benchmarks.micro;
