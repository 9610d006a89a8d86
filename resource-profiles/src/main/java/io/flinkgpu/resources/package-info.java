/**
 * What a stage needs: {@link io.flinkgpu.resources.StageProfile}, declared in Java or in a YAML
 * file of named profiles ({@link io.flinkgpu.resources.StageProfiles}) and turned into Flink's slot
 * sharing groups.
 *
 * <p>May touch flink-core and the reading of YAML; it knows neither devices nor leases.
 */
package io.flinkgpu.resources;
