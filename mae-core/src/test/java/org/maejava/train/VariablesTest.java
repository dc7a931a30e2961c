package org.maejava.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.maejava.golden.ScratchGraph;
import org.maejava.golden.SlantedModel;
import org.maejava.model.Classifier;
import org.maejava.model.Mae;
import org.maejava.model.VitNames;
import org.maejava.nn.Init;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.Pooling;
import org.maejava.random.Draws;
import org.maejava.weights.Safetensors;
import org.maejava.weights.SafetensorsWriter;
import org.maejava.weights.WeightMismatchException;

@DisplayName("A graph's variables")
class VariablesTest {

  @TempDir Path folder;

  private static ScratchGraph mae(long seed) {
    var graph = new ScratchGraph();
    var unused = new Mae(graph.params(), SlantedModel.config());
    graph.weights().initialise(new Draws(seed));
    return graph;
  }

  private static ScratchGraph classifier(long seed) {
    var graph = new ScratchGraph();
    var task =
        ClassificationTask.newBuilder()
            .setPooling(Pooling.CLASS_TOKEN)
            .setHeadInitStd(0.02)
            .build();
    var unused = new Classifier(graph.params(), SlantedModel.config(), task, 7);
    graph.weights().initialise(new Draws(seed));
    return graph;
  }

  @Test
  void beginWithValuesOfTheirOwnWhateverElseIsInTheGraph() {
    try (var first = mae(1);
        var again = mae(1);
        var other = mae(2);
        var classifier = classifier(1)) {
      var name = "blocks.1.attn.qkv.weight";
      var values = first.weights().floats(name);
      assertThat(again.weights().floats(name)).containsExactly(values);
      assertThat(classifier.weights().floats(name)).containsExactly(values);
      assertThat(other.weights().floats(name)).isNotEqualTo(values);
      assertThat(first.weights().floats("blocks.0.attn.qkv.weight")).isNotEqualTo(values);
    }
  }

  @Test
  void surviveAFileBitForBit() throws Exception {
    var file = folder.resolve("weights.safetensors");
    try (var saved = mae(1);
        var restored = mae(2)) {
      SafetensorsWriter.write(file, saved.weights(), Map.of());
      try (var source = Safetensors.open(file)) {
        restored.weights().restore(file.toString(), source, n -> false, n -> false);
      }
      assertThat(restored.weights().shapes()).isEqualTo(saved.weights().shapes());
      for (var name : saved.weights().shapes().keySet()) {
        assertThat(restored.weights().floats(name)).containsExactly(saved.weights().floats(name));
      }
    }
  }

  @Test
  void takeAnEncoderFromAPreTrainedModelAndKeepTheirHead() {
    try (var pretrained = mae(1);
        var classifier = classifier(2)) {
      var head = classifier.weights().floats("head.weight");
      classifier
          .weights()
          .restore("pre-trained", pretrained.weights(), VitNames::isHead, VitNames::isDecoder);
      assertThat(classifier.weights().floats("head.weight")).containsExactly(head);
      assertThat(classifier.weights().floats("norm.weight"))
          .containsExactly(pretrained.weights().floats("norm.weight"));
      assertThat(classifier.weights().floats("blocks.0.mlp.fc1.weight"))
          .containsExactly(pretrained.weights().floats("blocks.0.mlp.fc1.weight"));
    }
  }

  @Test
  void areUntouchedByASourceThatDoesNotFit() {
    try (var pretrained = mae(1);
        var classifier = classifier(2)) {
      var before = classifier.weights().floats("blocks.0.mlp.fc1.weight");
      assertThatExceptionOfType(WeightMismatchException.class)
          .isThrownBy(
              () ->
                  classifier
                      .weights()
                      .restore("other.safetensors", pretrained.weights(), n -> false, n -> false))
          .withMessageContainingAll("other.safetensors", "missing: head.weight, head.bias")
          .satisfies(e -> assertThat(e.whole()).contains("mask_token", "decoder_norm"));
      assertThat(classifier.weights().floats("blocks.0.mlp.fc1.weight")).containsExactly(before);
    }
  }

  @Test
  void areMovedWholeWhateverTheirSize() {
    int large = 10_000_000; // Two of them do not fit into one call.
    try (var saved = new ScratchGraph();
        var restored = new ScratchGraph()) {
      for (var graph : List.of(saved, restored)) {
        graph.params().get("a", Init.normal(1), large);
        graph.params().get("b", Init.normal(1), large);
        graph.params().get("c", Init.normal(1), 3);
      }
      saved.weights().initialise(new Draws(1));
      restored.weights().restore("saved", saved.weights(), n -> false, n -> false);
      for (var name : List.of("c", "a", "b")) {
        int size = name.equals("c") ? 3 : large;
        var drawn = Init.normal(1).values(new int[] {size}, new Draws(1).at("init " + name));
        assertThat(Arrays.equals(restored.weights().floats(name), drawn)).as(name).isTrue();
      }
    }
  }

  @Test
  void areMovedWithoutArraysOfTheirSize() throws Exception {
    int large = 10_000_000;
    try (var saved = new ScratchGraph();
        var restored = new ScratchGraph()) {
      for (var graph : List.of(saved, restored)) {
        graph.params().get("a", Init.zeros(), large);
        graph.weights().initialise(new Draws(1));
      }
      long before = allocated();
      SafetensorsWriter.write(folder.resolve("large"), saved.weights(), Map.of());
      restored.weights().restore("saved", saved.weights(), n -> false, n -> false);
      assertThat(allocated() - before).as("bytes of Java's heap").isLessThan(large);
    }
  }

  /** By this thread, in bytes. */
  private static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Test
  void areAskedForByName() {
    try (var graph = mae(1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> graph.weights().floats("block.0"))
          .withMessageContaining("no parameter block.0");
    }
  }
}
