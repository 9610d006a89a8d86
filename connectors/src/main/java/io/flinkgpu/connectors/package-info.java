/**
 * Sources and sinks for multimodal records.
 *
 * <p>Sub-packages: {@code file} reads whole files and writes JSON lines, {@code image} turns file
 * contents into pixels, {@code types} holds what their serializers share. Nothing here knows of
 * models or devices.
 */
package io.flinkgpu.connectors;
