/**
 * How much of a job's input may fail: {@link io.flinkgpu.connectors.budget.ErrorBudget} is the
 * policy, {@link io.flinkgpu.connectors.budget.ErrorBudgetGuard} holds a job to it.
 *
 * <pre>{@code
 * ErrorBudgetGuard guard = ErrorBudgetGuard.of(ErrorBudget.parse("1 %"), "/out/failed");
 * DataStream<Image> images = guard.rows("images", source);
 * DataStream<DeadLetter<Image>> failed = guard.deadLetters("failed", letters, DeadLetter::cause, ...);
 * guard.apply();
 * }</pre>
 *
 * <p>Plain dataflow: what passes is counted where it passes, and one operator adds it up. Knows
 * neither rows nor inference.
 */
package io.flinkgpu.connectors.budget;
