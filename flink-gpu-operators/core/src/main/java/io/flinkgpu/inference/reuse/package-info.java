/**
 * Answers that are kept, so that equal rows are run once.
 *
 * <p>A {@link io.flinkgpu.inference.reuse.ContentHasher} says which rows are equal, and {@link
 * io.flinkgpu.inference.reuse.KeptAnswers} holds answers in Flink's keyed state, within a bound and
 * for a time. Single-threaded; no mailbox and no operator. May import the tensor package and
 * Flink's state API, not its runtime.
 */
package io.flinkgpu.inference.reuse;
