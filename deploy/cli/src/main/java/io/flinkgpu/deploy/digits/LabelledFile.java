package io.flinkgpu.deploy.digits;

import org.apache.flink.annotation.Internal;

/**
 * One entry of a file list.
 *
 * @param path the file, relative to the data set's directory, with slashes
 * @param label the digit that the file shows, 0 to 9
 */
@Internal
public record LabelledFile(String path, int label) {}
