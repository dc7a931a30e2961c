package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.documents.Markdown;
import org.maejava.documents.Snippets;
import org.maejava.golden.TinyModel;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.tensorflow.Signature;

@DisplayName("A model card")
class ModelCardsTest {

  private static final List<String> IMPORTS =
      List.of("java.nio.file.Files", "org.maejava.savedmodel.*");

  @TempDir private Path folder;

  @Test
  void namesEveryFunctionWithItsInputsAndOutputs() {
    try (var graph = TinyExport.pretrained(false)) {
      var card = card(TinyExport.record(TinyModel.of(false)), graph.signatures());
      assertThat(card)
          .startsWith("---\nlicense: mit\n")
          .contains("\n# tiny\n")
          .contains("32 x 32 pixels with 3 channels (RGB)")
          .contains(
              "| `features` | `images` float32 [batch, 32, 32, 3] | `average` float32 [batch, 32],"
                  + " `features` float32 [batch, 32], `patch_features` float32 [batch, 64, 32] |")
          .contains("| `reconstruct` |")
          .contains("| Encoder | 32 | 2 | 2 | 4 |")
          .contains("| Decoder | 16 | 1 | 2 | 4 |")
          .contains("75 % of them hidden in training")
          .contains("Training loss 0.4321 after 1,200 steps (3 epochs)")
          .contains("10,000 training images, no labels used")
          .contains("MIT")
          .contains("0123abcd");
    }
  }

  @Test
  void givesAClassifiersAccuracyWithItsInterval() {
    try (var graph = TinyExport.classifier()) {
      var card = card(TinyExport.classifierRecord(), graph.signatures());
      assertThat(card)
          .contains("Accuracy 75.0 % on 2,000 evaluation images")
          .contains("73.1 to 76.9 %")
          .contains("Classes: ant, bee, cat, dog, eel, fox, gnu")
          .contains("| `classify` |")
          .doesNotContain("Decoder");
    }
  }

  @Test
  void speaksOfOneThingInTheSingular() {
    var record = TinyExport.classifierRecord().toBuilder();
    record.getDataBuilder().setTrainingImages(1).setEvaluationImages(1);
    record.getEvaluationBuilder().setImages(1);
    record
        .setSeconds(1)
        .setImagesPerSecond(1)
        .getProvenanceBuilder()
        .setDevice("CPU")
        .setThreads(1);
    try (var graph = TinyExport.classifier()) {
      assertThat(card(record.build(), graph.signatures()))
          .contains("1 training image with labels, 1 evaluation image\n")
          .contains("on 1 evaluation image, each counted once")
          .contains("in 1 second (1 image per second)")
          .contains(", 1 thread")
          .doesNotContainPattern("\\b1 (images|seconds|threads)");
    }
  }

  @Test
  void carriesTheRecipeInAFormThatCanBeReadBack() throws IOException {
    try (var graph = TinyExport.pretrained(false)) {
      var record = TinyExport.record(TinyModel.of(false));
      var card = card(record, graph.signatures());
      assertThat(Markdown.blocks(card, "textproto"))
          .singleElement()
          .satisfies(
              recipe ->
                  assertThat(TextFormat.parse(recipe, Experiment.class))
                      .isEqualTo(record.getExperiment()));
    }
  }

  @Test
  void saysWhatIsNotKnown() {
    try (var graph = TinyExport.pretrained(false)) {
      var card = card(RunRecord.getDefaultInstance(), graph.signatures());
      assertThat(card)
          .contains("No result was recorded")
          .contains("data that was not recorded")
          .doesNotContain("## Training recipe")
          .doesNotContain("## Provenance")
          .doesNotContain("fashion");
    }
  }

  @Test
  void warnsThatNormalisedPredictionsTakeTheirScaleFromVisiblePatches() {
    try (var graph = TinyExport.pretrained(true)) {
      assertThat(card(TinyExport.record(TinyModel.of(true)), graph.signatures()))
          .contains("guesses both of a hidden patch from the visible ones near by");
    }
  }

  @Test
  void itsJavaExamplePrintsTheFeaturesOfAnImage() throws Exception {
    var file = Files.write(folder.resolve("picture.jpg"), TinyExport.files(2).get(1));
    var model = folder.resolve("pretrained");
    try (var graph = TinyExport.pretrained(false)) {
      SavedModelWriter.write(graph, TinyExport.record(TinyModel.of(false)), model);
    }
    // What is written here and what is kept in the repository.
    for (var one : List.of(model, Path.of("models", "fashion-mnist-small"))) {
      try (var opened = SavedModel.open(one)) {
        assertThat(said(one, file))
            .isEqualToIgnoringWhitespace(Arrays.toString(opened.features(file)));
      }
    }
  }

  /** Of a record without the size to crop from, the example has pixels of its own. */
  @Test
  void itsJavaExampleRunsWhereHowImagesArePreparedIsNotKnown() throws Exception {
    var model = folder.resolve("unknown");
    try (var graph = TinyExport.pretrained(false)) {
      SavedModelWriter.write(graph, RunRecord.getDefaultInstance(), model);
    }
    try (var opened = SavedModel.open(model)) {
      var features = opened.features(new float[1][TinyExport.PIXELS]);
      assertThat(said(model, folder)).isEqualToIgnoringWhitespace(Arrays.toString(features[0]));
    }
  }

  @Test
  void itsJavaExampleReproducesTheAccuracyOfTheEvaluation() throws Exception {
    var images = LabelledFiles.write(folder.resolve("labelled"), TinyExport.CLASSES, 4);
    int right = LabelledFiles.rightInEvaluation(images);
    assertThat(right).as("some are right and some wrong").isBetween(1, 27);
    var model = folder.resolve("classifier");
    try (var classifier = TinyExport.classifier()) {
      SavedModelWriter.write(classifier, TinyExport.classifierRecord(), model);
    }
    assertThat(said(model, images)).contains(right + " of 28 are right");
  }

  /** What the example of a model's card prints when it is given a path. */
  private String said(Path model, Path argument) throws Exception {
    var card = Files.readString(model.resolve("model-card.md"));
    var examples = Markdown.blocks(card, "java");
    assertThat(examples).hasSize(1);
    var opened = "Path.of(\"" + model.getFileName() + "\")";
    assertThat(examples.get(0)).contains(opened);
    return Snippets.output(
        IMPORTS,
        Map.of("String[] args", new String[] {argument.toString()}),
        examples.get(0).replace(opened, "Path.of(\"" + model + "\")"),
        folder);
  }

  private static String card(RunRecord record, List<Signature> signatures) {
    return ModelCards.render(new ModelFacts("tiny", record, signatures, new Precision.Float32()));
  }
}
