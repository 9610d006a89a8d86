/**
 * What kind of file some bytes are.
 *
 * <p>{@link io.flinkgpu.connectors.content.ContentTypes} tells the media type by the first bytes,
 * and by the name where they do not say. Imports the JDK alone.
 */
package io.flinkgpu.connectors.content;
