package io.flinkgpu.inference.contract;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.model.simulated.SimulatedRuntime;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.nio.file.Path;
import java.util.Map;

class SimulatedRuntimeContractTest extends ModelRuntimeContract {

    @Override
    protected ModelRuntime runtime() {
        return new SimulatedRuntime();
    }

    @Override
    protected ContractModels models(Path emptyDirectory) {
        return new SimulatedModels();
    }

    private static final class SimulatedModels implements ContractModels {

        private static final SimulatedModel MODEL = SimulatedModel.named("echo");

        @Override
        public ModelRef echo(DataType type) {
            return MODEL.ofRows(type, Shape.of(2)).ref();
        }

        @Override
        public ModelRef echoOfOpenRows() {
            return MODEL.ofRows(DataType.FLOAT32, Shape.of(-1, -1)).ref();
        }

        @Override
        public ModelRef echoOfUnknownRank() {
            return MODEL.ref().withOption("row-shape", "any");
        }

        @Override
        public ModelRef echoOfFixedBatch(int rows) {
            return MODEL.ref().withOption("batch", String.valueOf(rows));
        }

        @Override
        public ModelRef sumAndDifference() {
            return MODEL.ref().withOption("outputs", "sum,difference");
        }

        @Override
        public ModelRef totalOfRows() {
            return MODEL.ref().withOption("computes", "total");
        }

        @Override
        public ModelRef numbersOfTexts() {
            return MODEL.ref().withOption("computes", "number");
        }

        @Override
        public ModelRef numberedVersions() {
            return echo(DataType.FLOAT32);
        }

        @Override
        public ModelRef corrupt() {
            return MODEL.ref().withOption("base", "soon");
        }

        @Override
        public ModelRef missing() {
            return new ModelRef("simulated", "none", ModelRef.DEFAULT_SIGNATURE, Map.of());
        }
    }
}
