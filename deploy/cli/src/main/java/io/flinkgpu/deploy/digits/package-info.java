/**
 * The digits example: a program that draws the data set and one that trains its model.
 *
 * <p>{@link io.flinkgpu.deploy.digits.DigitPainter} draws single images with headless Java2D,
 * {@link io.flinkgpu.deploy.digits.DigitsDataSet} lays them out in a directory, {@link
 * io.flinkgpu.deploy.digits.DigitsTrainer} fits a small convolutional network with TensorFlow Java
 * and exports it as a SavedModel. Nothing here runs inside a Flink job: the package uses the JDK,
 * TensorFlow and picocli alone.
 */
package io.flinkgpu.deploy.digits;
