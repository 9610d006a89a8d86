package io.flinkgpu.connectors.file;

import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.core.fs.Path;

/** A file is larger than the source may take into memory. */
@PublicEvolving
public final class FileTooLargeException extends IOException {

    FileTooLargeException(Path path, int maxFileBytes) {
        super(
                "Cannot read '%s': it is larger than the limit of %d bytes (maxFileSize)."
                        .formatted(path, maxFileBytes));
    }
}
