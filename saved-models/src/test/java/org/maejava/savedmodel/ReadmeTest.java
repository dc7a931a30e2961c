package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.documents.Markdown;
import org.maejava.documents.Snippets;
import org.maejava.golden.Golden;
import org.maejava.golden.TinyModel;
import org.maejava.weights.SafetensorsWriter;

/** Its examples are run; what they open or write is put where the test has it. */
@DisplayName("This module's README")
class ReadmeTest {

  private static final List<String> IMPORTS =
      List.of(
          "org.maejava.model.*",
          "org.maejava.nn.*",
          "org.maejava.proto.*",
          "org.maejava.random.*",
          "org.maejava.savedmodel.*",
          "org.maejava.train.*",
          "org.maejava.weights.*",
          "org.tensorflow.proto.ConfigProto");

  @TempDir private Path folder;

  @Test
  void classifiesAFileAndGivesTheFeaturesOfMany() throws Exception {
    try (var graph = TinyExport.classifier()) {
      SavedModelWriter.write(graph, TinyExport.classifierRecord(), folder.resolve("pets"));
    }
    var cat = Files.write(folder.resolve("cat.jpg"), TinyExport.files(2).get(1));
    var example =
        example(0)
            .replace("saved-models/models/pets", folder.resolve("pets").toString())
            .replace("\"cat.jpg\"", '"' + cat.toString() + '"');
    var said =
        Snippets.output(
            IMPORTS,
            Map.of("java.util.stream.Stream<Path> files", Stream.of(cat)),
            example,
            folder);
    try (var model = SavedModel.open(folder.resolve("pets"))) {
      assertThat(said).startsWith(model.classify(cat).best().name() + " of ");
    }
  }

  @Test
  void tellsFunctionsAndRebuildsImages() throws Exception {
    pretrained("demo");
    var example = example(1).replace("saved-models/models/demo", folder.resolve("demo").toString());
    assertThat(
            Snippets.output(
                IMPORTS, Map.of("float[][] images", TinyExport.pixels(2)), example, folder))
        .contains("features")
        .contains("reconstruct_masked");
  }

  @Test
  void exportsACheckpoint() throws Exception {
    var checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
    try (var golden = Golden.open("mae_tiny_npl0")) {
      SafetensorsWriter.write(
          checkpoint.resolve("weights.safetensors"), golden.weights("param."), Map.of());
    }
    var record = TinyExport.record(TinyModel.of(false));
    var mine = folder.resolve("mine");
    var example = example(2).replace("saved-models/models/mine", mine.toString());
    Snippets.output(
        IMPORTS,
        Map.of(
            "Path checkpoint", checkpoint,
            "Experiment recipe", record.getExperiment(),
            "RunRecord record", record),
        example,
        folder);
    pretrained("directly");
    try (var written = SavedModel.open(mine);
        var direct = SavedModel.open(folder.resolve("directly"))) {
      assertThat(written.features(TinyExport.pixels(2)))
          .isDeepEqualTo(direct.features(TinyExport.pixels(2)));
    }
  }

  private void pretrained(String name) throws IOException {
    try (var graph = TinyExport.pretrained(false)) {
      SavedModelWriter.write(graph, TinyExport.record(TinyModel.of(false)), folder.resolve(name));
    }
  }

  private static String example(int index) throws IOException {
    var examples = Markdown.blocks(Files.readString(Path.of("README.md")), "java");
    assertThat(examples).as("each has a test").hasSize(3);
    return examples.get(index);
  }
}
