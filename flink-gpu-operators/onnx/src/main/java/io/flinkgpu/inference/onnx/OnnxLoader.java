package io.flinkgpu.inference.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDescription;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelSignature;
import java.io.IOException;
import java.nio.file.Path;

/** Brings an ONNX file into a session on a device. */
final class OnnxLoader {

    /**
     * A model in a session.
     *
     * @param options belong to the session, which may use them as long as it is open
     */
    record OpenModel(OrtSession session, OrtSession.SessionOptions options)
            implements AutoCloseable {

        @Override
        public void close() {
            try {
                session.close();
            } catch (OrtException failure) {
                throw new IllegalStateException("Cannot close a session: " + failure, failure);
            } finally {
                options.close();
            }
        }
    }

    private OnnxLoader() {}

    /**
     * The environment of this process; what fails is told by exceptions, and not to the terminal.
     */
    static OrtEnvironment environment() {
        return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "flink-gpu");
    }

    static LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        Path file = OnnxFiles.file(model);
        OpenModel open = open(model, file, device);
        try {
            OnnxHeader header = OnnxHeader.read(file);
            ModelSignature signature = new OnnxSignature(model, header).read(open.session());
            ModelDescription description =
                    OnnxMetadata.describe(open.session().getMetadata(), header);
            return new LoadedOnnxModel(
                    "model " + model + " on " + device,
                    open,
                    signature,
                    description,
                    new ErrorTable(device.kind(), signature.takesStrings()),
                    OnnxFiles.bytes(file));
        } catch (ModelLoadException failure) {
            open.close();
            throw failure;
        } catch (OrtException | IOException | RuntimeException failure) {
            open.close();
            throw unloadable(model, failure);
        }
    }

    private static OpenModel open(ModelRef model, Path file, ModelDevice device)
            throws ModelLoadException {
        OrtSession.SessionOptions options = null;
        try {
            options = new SessionConfig(model, device).options();
            return new OpenModel(environment().createSession(file.toString(), options), options);
        } catch (OrtException | RuntimeException failure) {
            if (options != null) {
                options.close();
            }
            throw unloadable(model, failure);
        }
    }

    private static ModelLoadException unloadable(ModelRef model, Exception failure) {
        return new ModelLoadException(
                "Cannot load model '%s': ONNX Runtime cannot open it: %s"
                        .formatted(model.location(), failure.getMessage()),
                failure);
    }
}
