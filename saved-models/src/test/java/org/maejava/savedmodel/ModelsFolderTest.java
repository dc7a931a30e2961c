package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.golden.TensorAssert;
import org.maejava.golden.TinyModel;
import org.tensorflow.Tensor;

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
                  long length = spec.shape().stream().skip(1).reduce(1L, Math::multiplyExact);
                  inputs.put(name, BatchArrays.toTensor(name, new float[2][(int) length], spec));
                });
        try (var result = model.call(function.name(), inputs)) {
          for (var output : function.outputs().keySet()) {
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
}
