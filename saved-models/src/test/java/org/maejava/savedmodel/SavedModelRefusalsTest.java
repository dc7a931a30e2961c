package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.TinyModel;
import org.maejava.train.InferenceGraph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

@DisplayName("What a loaded model cannot do is said")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SavedModelRefusalsTest {

  @TempDir static Path folder;
  private InferenceGraph graph;
  private SavedModel model;

  @BeforeAll
  void exportAndLoad() throws IOException {
    graph = TinyExport.pretrained(false);
    var record = TinyExport.record(TinyModel.of(false));
    model = SavedModel.open(SavedModelWriter.write(graph, record, folder.resolve("tiny")));
  }

  @AfterAll
  void close() {
    model.close();
    graph.close();
  }

  @Test
  void aFunctionThatIsNotThereIsAnsweredWithThoseThatAre() {
    assertThatThrownBy(() -> model.classify(TinyExport.pixels(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no function classify")
        .hasMessageContaining("features, features_from_bytes, reconstruct");
  }

  @Test
  void imagesOfAnotherSizeAreRefusedWithBothShapes() {
    try (var images = TFloat32.tensorOf(Shape.of(2, 28, 28, 1))) {
      assertThatThrownBy(() -> model.features(images))
          .hasMessageContaining("images is float32 [2, 28, 28, 1]")
          .hasMessageContaining("instead of float32 [batch, 32, 32, 3]");
    }
    assertThatThrownBy(() -> model.features(new float[][] {new float[28 * 28]}))
        .hasMessageContaining("images[0] has 784 values; 32 x 32 x 3 are 3072");
    assertThatThrownBy(() -> model.features(new float[0][]))
        .hasMessageContaining("images has no rows");
  }

  @Test
  void everyWrongInputIsNamedAtOnce() {
    try (var bytes = TInt32.tensorOf(Shape.of(1, 32, 32, 3));
        var other = TFloat32.scalarOf(1)) {
      assertThatThrownBy(() -> model.call("reconstruct", Map.of("images", bytes, "seed", other)))
          .hasMessageContaining("images is int32")
          .hasMessageContaining("noise is missing (float32 [batch, 64])")
          .hasMessageContaining("seed is none of its inputs [images, noise]");
    }
    assertThatThrownBy(() -> model.reconstruct(TinyExport.pixels(2), TinyExport.noise(3)))
        .hasMessageContaining("batch sizes {images=2, noise=3} differ");
  }

  @ParameterizedTest
  @ValueSource(floats = {255, -2.1f, Float.NaN})
  void bytesAndNormalisedValuesAreRefused(float value) {
    var pixels = TinyExport.pixels(3);
    pixels[1][7] = value;
    assertThatThrownBy(() -> model.features(pixels))
        .hasMessageContaining("images[1] has the value " + value)
        .hasMessageContaining("from 0 to 1");
  }

  @Test
  void noiseThatHasNoOrderIsRefused() {
    var noise = TinyExport.noise(2);
    noise[1][3] = Float.NaN;
    assertThatThrownBy(() -> model.reconstruct(TinyExport.pixels(2), noise))
        .hasMessageContaining("noise[1] has a NaN");
  }

  @Test
  void aFolderThatIsNoSavedModelIsRefusedWithWhatIsMissing() throws IOException {
    var empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> SavedModel.open(empty))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no saved_model.pb and no variables/variables.index");
    assertThatThrownBy(() -> SavedModel.open(folder.resolve("nowhere")))
        .hasMessageContaining("does not exist");
    var file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> SavedModel.open(file)).hasMessageContaining("is a file");
  }

  @Test
  void aDamagedGraphOrVariableFileIsAnErrorThatNamesTheFolder() throws IOException {
    for (var name : List.of("saved_model.pb", "variables/variables.index")) {
      var damaged = folder.resolve("damaged");
      SavedModelWriter.write(graph, TinyExport.record(TinyModel.of(false)), damaged);
      Files.writeString(damaged.resolve(name), "not what it was");
      assertThatThrownBy(() -> SavedModel.open(damaged))
          .as(name)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(damaged.toString());
    }
  }

  /** A folder from anywhere, with or without the card that has its digests. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "card.json                               | [[[          | card.json",
        "card.json                               | []           | card.json",
        "card.json                               | {'digests':7} | card.json",
        "card.json                               | {'digests':{'a':[]}} | card.json",
        "card.json                               | {'digests':{'../../../etc/passwd':'0'}} | is no file of it",
        "record.json                             | {'a':        | record.json",
        "record.json                             | 7            | record.json",
        "assets/classes.txt                      | \u00ff\u00fe | classes.txt",
        "saved_model.pb                          | ''           | damaged",
        "saved_model.pb                          | nonsense     | damaged",
        "variables/variables.index               | ''           | damaged",
        "variables/variables.data-00000-of-00001 | ''           | damaged",
        "variables/variables.data-00000-of-00001 | short        | damaged"
      })
  void aHostileFolderIsRefusedByItsName(String name, String content, String fact)
      throws IOException {
    var damaged = folder.resolve("damaged-" + (name + content).replaceAll("\\W", ""));
    SavedModelWriter.write(graph, TinyExport.record(TinyModel.of(false)), damaged);
    Files.delete(damaged.resolve("card.json"));
    Files.createDirectories(damaged.resolve("assets"));
    Files.write(
        damaged.resolve(name), content.replace('\'', '"').getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> SavedModel.open(damaged).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(damaged.toString())
        .hasMessageContaining(fact);
  }

  @Test
  void aFolderInPlaceOfAFileIsRefused() throws IOException {
    var odd = folder.resolve("odd");
    SavedModelWriter.write(graph, TinyExport.record(TinyModel.of(false)), odd);
    for (var name : List.of("card.json", "saved_model.pb")) {
      Files.delete(odd.resolve(name));
      Files.createDirectory(odd.resolve(name));
      assertThatThrownBy(() -> SavedModel.open(odd).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(odd.toString());
    }
  }
}
