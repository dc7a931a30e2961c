package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.golden.TensorAssert;
import org.maejava.golden.TinyModel;
import org.maejava.model.PatchGrid;
import org.tensorflow.Tensor;
import org.tensorflow.proto.DataType;

@DisplayName("The folder where exports land")
class ModelsFolderTest {

  private static final Path MODELS = Path.of("models");

  @Test
  void saysWhatItIs() {
    assertThat(MODELS.resolve("README.md")).isRegularFile();
  }

  @Test
  void takesBothKindsOfModel(@TempDir Path parent) throws IOException {
    try (var pretrained = TinyExport.pretrained(true);
        var classifier = TinyExport.classifier()) {
      run(
          SavedModelWriter.write(
              pretrained, TinyExport.record(TinyModel.of(true)), parent.resolve("pretrained")));
      run(
          SavedModelWriter.write(
              classifier, TinyExport.classifierRecord(), parent.resolve("classifier")));
    }
  }

  @TestFactory
  List<DynamicTest> everyModelInItLoadsAndAllItsFunctionsRun() throws IOException {
    try (var entries = Files.list(MODELS)) {
      return entries
          .filter(Files::isDirectory)
          .filter(folder -> !folder.getFileName().toString().startsWith("."))
          .sorted()
          .map(
              folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> run(folder)))
          .toList();
    }
  }

  private static void run(Path folder) throws IOException {
    try (var model = SavedModel.open(folder)) {
      assertThat(model.record()).isPresent();
      assertThat(model.functions()).isNotEmpty();
      for (var function : model.functions()) {
        var inputs = new HashMap<String, Tensor>();
        function
            .inputs()
            .forEach(
                (name, spec) -> {
                  inputs.put(name, input(model, name, spec));
                });
        try (var result = model.call(function.name(), inputs)) {
          var floats = new TreeMap<>(function.outputs());
          floats.values().removeIf(spec -> spec.type() != DataType.DT_FLOAT);
          for (var output : floats.keySet()) {
            for (float value : TensorAssert.floats(result.get(output).orElseThrow())) {
              assertThat(value).as(function.name() + " " + output).isFinite();
            }
          }
        } finally {
          inputs.values().forEach(Tensor::close);
        }
      }
    }
  }

  private static Tensor input(SavedModel model, String name, ModelFunction.TensorSpec spec) {
    if (name.equals(Signatures.IMAGE_BYTES)) {
      return TinyExport.tensor(TinyExport.files(2));
    }
    long length = spec.shape().stream().skip(1).reduce(1L, Math::multiplyExact);
    var rows = new float[2][(int) length];
    if (name.equals(Signatures.MASK)) {
      var recipe = model.record().orElseThrow().getExperiment().getModel();
      int visible = PatchGrid.of(recipe).visibleCount(recipe.getMaskRatio());
      for (var row : rows) {
        Arrays.fill(row, visible, row.length, 1);
      }
    }
    return BatchArrays.toTensor(name, rows, spec);
  }
}
