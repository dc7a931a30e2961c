package org.maejava.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.golden.TinyModel;
import org.maejava.proto.DataConfig;
import org.maejava.proto.RunRecord;
import org.maejava.train.InferenceGraph;
import org.maejava.weights.Safetensors;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.NodeDef;

@DisplayName("Exporting a model")
class SavedModelWriterTest {

  private static final RunRecord RECORD = TinyExport.record(TinyModel.of(false));

  @TempDir Path parent;
  private InferenceGraph graph;

  @BeforeEach
  void open() {
    graph = TinyExport.pretrained(false);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void writesModelWeightsCardAndRecordAndNothingElse() throws IOException {
    var folder = SavedModelWriter.write(graph, RECORD, parent.resolve("deep/er/tiny"));

    assertThat(names(folder))
        .containsExactly(
            "card.json",
            "model-card.md",
            "record.json",
            "saved_model.pb",
            "variables",
            "weights.safetensors");
    assertThat(names(folder.getParent())).containsExactly("tiny");
  }

  /** TensorFlow's own order of a function's operations differs from process to process. */
  @Test
  void theOperationsOfFunctionsAreInOneOrder() throws IOException {
    var folder = SavedModelWriter.write(graph, RECORD, parent.resolve("tiny"));
    var file = Files.readAllBytes(folder.resolve("saved_model.pb"));
    var library =
        org.tensorflow.proto.SavedModel.parseFrom(file).getMetaGraphs(0).getGraphDef().getLibrary();
    assertThat(library.getFunctionList())
        .isNotEmpty()
        .allSatisfy(
            function ->
                assertThat(function.getNodeDefList())
                    .extracting(NodeDef::getName)
                    .isNotEmpty()
                    .isSorted());
  }

  @Test
  void aClassifierAlsoHasItsClassesInOrder() throws IOException {
    try (var classifier = TinyExport.classifier()) {
      var folder =
          SavedModelWriter.write(
              classifier, TinyExport.classifierRecord(), parent.resolve("classifier"));
      assertThat(Files.readAllLines(folder.resolve("assets/classes.txt")))
          .isEqualTo(TinyExport.CLASSES);
    }
  }

  @Test
  void theWeightsAloneHaveThePublishedNamesAndTheSameValues() throws IOException {
    var folder = SavedModelWriter.write(graph, RECORD, parent.resolve("tiny"));

    try (var weights = Safetensors.open(folder.resolve("weights.safetensors"));
        var again =
            new InferenceGraph(
                (tf, params) ->
                    Signatures.pretrained(tf, params, TinyModel.of(false), TinyExport.DATA),
                ConfigProto.getDefaultInstance())) {
      assertThat(weights.shapes()).isEqualTo(graph.weights().shapes());
      assertThat(weights.shapes()).containsKeys("cls_token", "decoder_pred.weight");
      again.restore("export", weights);
      for (var name : weights.shapes().keySet()) {
        assertThat(again.weights().floats(name))
            .as(name)
            .containsExactly(graph.weights().floats(name));
      }
    }
  }

  @Test
  void anEarlierExportIsReplaced() throws IOException {
    var folder = parent.resolve("tiny");
    try (var other = TinyExport.pretrained(true)) {
      SavedModelWriter.write(other, TinyExport.record(TinyModel.of(true)), folder);
    }
    SavedModelWriter.write(graph, RECORD, folder);

    assertThat(names(parent)).containsExactly("tiny");
    try (var model = SavedModel.open(folder)) {
      assertThat(model.record()).contains(RECORD);
    }
  }

  @Test
  void theSameGraphCanBeExportedTwice() throws IOException {
    var first = SavedModelWriter.write(graph, RECORD, parent.resolve("first"));
    var second = SavedModelWriter.write(graph, RECORD, parent.resolve("second"));

    try (var one = SavedModel.open(first);
        var two = SavedModel.open(second)) {
      var pixels = TinyExport.pixels(1);
      assertThat(two.features(pixels)[0]).containsExactly(one.features(pixels)[0]);
    }
  }

  @Test
  void aFolderWithOtherFilesIsLeftAsItIs() throws IOException {
    var folder = Files.createDirectory(parent.resolve("thesis"));
    Files.writeString(folder.resolve("chapter1.tex"), "years of work");

    assertThatThrownBy(() -> SavedModelWriter.write(graph, RECORD, folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("chapter1.tex");
    assertThat(folder.resolve("chapter1.tex")).hasContent("years of work");
    assertThat(names(parent)).containsExactly("thesis");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
    var file = Files.writeString(parent.resolve("file"), "not a folder");

    assertThatThrownBy(() -> SavedModelWriter.write(graph, RECORD, file.resolve("tiny")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("could not be exported to " + file.resolve("tiny"))
        .hasMessageContaining("is in the way");
    assertThatThrownBy(() -> SavedModelWriter.write(graph, RECORD, file))
        .hasMessageContaining(file + " is a file");
    assertThat(names(parent)).containsExactly("file");
  }

  @Test
  void whenWritingFailsNothingIsLeftAndTheEarlierExportStays() throws IOException {
    var folder = SavedModelWriter.write(graph, RECORD, parent.resolve("tiny"));
    try (var unfilled =
        new InferenceGraph(
            (tf, params) -> Signatures.pretrained(tf, params, TinyModel.of(false), TinyExport.DATA),
            ConfigProto.getDefaultInstance())) {
      assertThatThrownBy(() -> SavedModelWriter.write(unfilled, RECORD, folder))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("could not be exported to " + folder);
    }

    assertThat(names(parent)).containsExactly("tiny");
    try (var model = SavedModel.open(folder)) {
      assertThat(model.features(TinyExport.pixels(1))).hasDimensions(1, 32);
    }
  }

  @Test
  void whatAKilledExportLeftIsClearedAway() throws IOException {
    var left = Files.createDirectory(parent.resolve(".tiny.partial"));
    Files.writeString(left.resolve("saved_model.pb"), "half");

    var folder = SavedModelWriter.write(graph, RECORD, parent.resolve("tiny"));

    assertThat(names(parent)).containsExactly("tiny");
    SavedModel.open(folder).close();
  }

  @Test
  void theDestinationIsNeverSeenHalfWritten() throws Exception {
    var folder = parent.resolve("tiny");
    var stop = new AtomicBoolean();
    var seen = new AtomicReference<List<String>>(List.of());
    var sightings = new AtomicInteger();
    var watcher =
        new Thread(
            () -> {
              while (!stop.get()) {
                if (Files.exists(folder)) {
                  sightings.incrementAndGet();
                  var names = names(folder);
                  if (names.size() < 6) {
                    seen.set(names);
                    return;
                  }
                }
              }
            });
    watcher.start();
    SavedModelWriter.write(graph, RECORD, folder);
    while (sightings.get() == 0 && watcher.isAlive()) {
      Thread.onSpinWait();
    }
    stop.set(true);
    watcher.join();
    assertThat(seen.get()).isEmpty();
  }

  @Test
  void aRecordOfAnotherKindOfModelIsRefused() {
    assertThatThrownBy(
            () ->
                SavedModelWriter.write(
                    graph, TinyExport.classifierRecord(), parent.resolve("tiny")))
        .hasMessage("the record is of CLASSIFICATION, but the model is a pre-trained model");
    var twoClasses = TinyExport.classifierRecord().toBuilder();
    twoClasses.getDataBuilder().clearClasses().addAllClasses(List.of("a", "b"));
    try (var classifier = TinyExport.classifier()) {
      assertThatThrownBy(
              () -> SavedModelWriter.write(classifier, twoClasses.build(), parent.resolve("tiny")))
          .hasMessageContaining("data.classes has 2 names, but the classifier has 7 outputs");
    }
    assertThat(names(parent)).isEmpty();
  }

  @Test
  void anEmptyRecordIsEnough() throws IOException {
    var folder =
        SavedModelWriter.write(graph, RunRecord.getDefaultInstance(), parent.resolve("tiny"));
    try (var model = SavedModel.open(folder)) {
      assertThat(model.record()).contains(RunRecord.getDefaultInstance());
    }
  }

  @Test
  void meanAndDeviationThatDoNotFitAreAllNamed() {
    var data = DataConfig.newBuilder().addMean(0.5).addStd(0).addStd(1).build();
    assertThatThrownBy(
            () ->
                new InferenceGraph(
                    (tf, params) -> Signatures.pretrained(tf, params, TinyModel.of(false), data),
                    ConfigProto.getDefaultInstance()))
        .hasMessageContaining("data.mean has 1 values; model.image.channels is 3")
        .hasMessageContaining("data.std has 2 values")
        .hasMessageContaining("must be above 0");
  }

  @Test
  void theGraphHasOnlyWhatTheFunctionsNeed() throws IOException {
    var folder = SavedModelWriter.write(graph, RECORD, parent.resolve("tiny"));
    try (var bytes = Files.newInputStream(folder.resolve("saved_model.pb"))) {
      var served = org.tensorflow.proto.SavedModel.parseFrom(bytes).getMetaGraphs(0);
      var placeholders =
          served.getGraphDef().getNodeList().stream()
              .filter(node -> node.getOp().equals("Placeholder"))
              .map(NodeDef::getName);
      assertThat(placeholders).containsExactlyInAnyOrder("image_bytes", "mask", "save/filename");
      assertThat(served.getCollectionDefMap().get("variables").getBytesList().getValueCount())
          .isEqualTo(graph.params().size());
    }
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
