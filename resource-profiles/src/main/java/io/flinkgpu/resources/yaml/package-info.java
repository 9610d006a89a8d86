/**
 * YAML files whose every key has a line: {@link io.flinkgpu.resources.yaml.YamlTree}.
 *
 * <p>Shared by everything that reads a file which people write. Knows Jackson's tree and SnakeYAML,
 * and nothing of ours.
 */
package io.flinkgpu.resources.yaml;
