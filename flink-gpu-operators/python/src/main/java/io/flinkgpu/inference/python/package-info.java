/**
 * The Python runtime: a class of a Python file, run in worker processes.
 *
 * <pre>{@code
 * ModelRef model =
 *         PythonModel.of("/models/sentiment.py:Sentiment")
 *                 .argument("threshold", 0.5)
 *                 .virtualEnvironment("/opt/sentiment")
 *                 .ref();
 * }</pre>
 *
 * <p>A {@link io.flinkgpu.inference.python.LoadedPythonModel} has a {@code WorkerSlot} for each
 * worker, which starts a {@code WorkerProcess} when it has none. That is an {@code Interpreter}'s
 * child, and what is said to it goes through a {@code WorkerChannel}: frames over a Unix domain
 * socket, tensors in {@code SharedMemory}. The process ends with its runs that do not, and with
 * this JVM. May import the model, tensor, fault and process packages.
 */
package io.flinkgpu.inference.python;
