/** Tests of what the distribution holds. */
package io.flinkgpu.deploy.dist;
