/**
 * The digits example: a program that draws the data set and one that trains its model.
 *
 * <p>{@link io.flinkgpu.deploy.digits.DigitPainter} draws single images with headless Java2D,
 * {@link io.flinkgpu.deploy.digits.DigitsDataSet} lays them out in a directory, {@link
 * io.flinkgpu.deploy.digits.DigitsTrainer} fits a small convolutional network with TensorFlow Java
 * and exports it as a SavedModel, {@code DigitsOnnx} as an ONNX file. Nothing here runs inside a
 * Flink job: the package uses the JDK, TensorFlow, the writer of ONNX files and picocli alone.
 */
package io.flinkgpu.deploy.digits;
