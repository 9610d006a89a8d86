/**
 * What a model runtime promises, as tests.
 *
 * <p>A runtime's module extends {@link io.flinkgpu.inference.contract.ModelRuntimeContract} and
 * gives it {@link io.flinkgpu.inference.contract.ContractModels}. What the runtime cannot do it
 * declares in {@code unsupported()}, and the contract holds it to refusing that.
 *
 * <pre>{@code
 * class MyRuntimeContractTest extends ModelRuntimeContract {
 *     protected ModelRuntime runtime() { return new MyRuntime(); }
 *     protected ContractModels models(Path directory) { return new MyModels(directory); }
 * }
 * }</pre>
 *
 * <p>May import the model, tensor and fault packages, JUnit and AssertJ.
 */
package io.flinkgpu.inference.contract;
