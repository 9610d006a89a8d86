package io.flinkgpu.deploy.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of this module's jar. */
final class ImplementationVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = ImplementationVersion.class.getPackage().getImplementationVersion();
        return new String[] {"flink-gpu " + (version == null ? "(not packaged)" : version)};
    }
}
