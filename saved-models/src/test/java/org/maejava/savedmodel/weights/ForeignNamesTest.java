package org.maejava.savedmodel.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The resources are the names of state dicts as the libraries wrote them (transformers 4 and 5,
 * timm 1, torchvision, mmpretrain 1, solo-learn, lightly 1.6), or as their code says (lightly
 * before, mmselfsup): two blocks, one in the decoder.
 */
@DisplayName("The names of")
class ForeignNamesTest {

  @ParameterizedTest
  @CsvSource({
    "hf-4-pretraining, HUGGING_FACE, both, ''",
    "hf-5-pretraining, HUGGING_FACE, both, ''",
    "hf-5-memory, HUGGING_FACE, both, ''",
    "hf-encoder, HUGGING_FACE, encoder, ''",
    "hf-classifier, HUGGING_FACE, classifier, ''",
    "timm-encoder, PUBLISHED, encoder, ''",
    "timm-class-token, PUBLISHED, classifier, ''",
    "timm-average, PUBLISHED, average, ''",
    "mmpretrain, MMPRETRAIN, both, ''",
    "mmpretrain-neck, MMPRETRAIN, both, ''",
    "mmpretrain-average, MMPRETRAIN, average, ''",
    "mmpretrain-class-token, MMPRETRAIN, classifier, ''",
    "solo-learn, PUBLISHED, both, classifier.weight classifier.bias",
    "lightly, PUBLISHED, both, backbone.mask_token",
    "lightly-torchvision, TORCHVISION, both, ''",
    "lightly-torchvision-old, TORCHVISION, both, ''",
    "torchvision, TORCHVISION, classifier, ''",
  })
  void aLibraryAreReadAsPublishedOnesInTheOrderOfTheNetwork(
      String file, NameFamily family, String kind, String others) throws IOException {
    for (var prefix : List.of("", "module.", "model.net.")) {
      var names = names(file).stream().map(name -> prefix + name).toList();
      var read = ForeignNames.of(names).orElseThrow();
      assertThat(read.family()).isEqualTo(family);
      assertThat(read.incomplete()).isEmpty();
      assertThat(read.published().keySet()).containsExactlyElementsOf(published(kind));
      var expected = others.isEmpty() ? List.<String>of() : List.of(others.split(" "));
      assertThat(read.others())
          .containsExactlyElementsOf(expected.stream().map(name -> prefix + name).toList());
    }
  }

  @ParameterizedTest
  @EnumSource(NameFamily.class)
  void everyFamilyAreReadBackAsTheyAreWritten(NameFamily family) {
    var expected = new LinkedHashMap<String, List<String>>();
    published("both").forEach(name -> expected.put(name, family.table().foreign(name)));
    var written = expected.values().stream().flatMap(List::stream).toList();
    assertThat(ForeignNames.of(written).orElseThrow().published())
        .containsExactlyEntriesOf(expected);
  }

  @Test
  void queryKeyAndValueAreThePartsOfOneTensorInThisOrder() throws IOException {
    var read = ForeignNames.of(names("hf-4-pretraining")).orElseThrow();
    var attention = "vit.encoder.layer.1.attention.attention.";
    assertThat(read.published().get("blocks.1.attn.qkv.bias"))
        .containsExactly(
            attention + "query.bias", attention + "key.bias", attention + "value.bias");
    assertThat(read.published().get("decoder_blocks.0.attn.qkv.weight")).hasSize(3);
  }

  @Test
  void aPartThatIsNotThereAreToldFromTheWhole() throws IOException {
    var names = new ArrayList<>(names("hf-encoder"));
    names.remove("encoder.layer.1.attention.attention.key.bias");
    var read = ForeignNames.of(names).orElseThrow();
    assertThat(read.incomplete()).containsExactly("blocks.1.attn.qkv.bias");
    assertThat(read.published()).doesNotContainKey("blocks.1.attn.qkv.bias");
  }

  @Test
  void severalEncodersAreReadAsTheTeachers() throws IOException {
    var names =
        Stream.of("student.", "teacher.")
            .flatMap(prefix -> published("encoder").stream().map(name -> prefix + name))
            .toList();
    var read = ForeignNames.of(names).orElseThrow();
    assertThat(read.encoderPrefix()).isEqualTo("teacher.");
    assertThat(read.passedOver()).containsExactly("student.");
    assertThat(read.others()).allMatch(name -> name.startsWith("student."));
  }

  @Test
  void blocksAreOrderedAsNumbers() {
    var names = IntStream.of(10, 2, 0).mapToObj("blocks.%d.norm1.weight"::formatted).toList();
    var all = new ArrayList<>(names);
    all.add("patch_embed.proj.weight");
    assertThat(ForeignNames.of(all).orElseThrow().published().keySet())
        .containsExactly(
            "patch_embed.proj.weight",
            "blocks.0.norm1.weight",
            "blocks.2.norm1.weight",
            "blocks.10.norm1.weight");
  }

  /** Read as block 7 it would push the real one out. */
  @Test
  void blocksWithALeadingZeroAreUnknown() {
    var names =
        List.of("patch_embed.proj.weight", "blocks.07.norm1.weight", "blocks.7.norm1.weight");
    var read = ForeignNames.of(names).orElseThrow();
    assertThat(read.published().get("blocks.7.norm1.weight"))
        .containsExactly("blocks.7.norm1.weight");
    assertThat(read.others()).containsExactly("blocks.07.norm1.weight");
  }

  @Test
  void aLinearProbeKeepTheStatisticsBeforeItsHead() {
    var probe = new ArrayList<>(published("encoder"));
    var head = List.of("head.0.running_mean", "head.0.running_var", "head.1.weight", "head.1.bias");
    probe.addAll(head);
    probe.add("head.0.num_batches_tracked");
    var read = ForeignNames.of(probe).orElseThrow();
    assertThat(read.published().keySet()).containsAll(head);
    assertThat(read.others()).containsExactly("head.0.num_batches_tracked");
  }

  @Test
  void anythingElseAreOfNoFamily() {
    assertThat(ForeignNames.of(List.of("conv1.weight", "layer1.0.conv1.weight", ""))).isEmpty();
    assertThat(ForeignNames.of(List.of())).isEmpty();
  }

  private static List<String> names(String file) throws IOException {
    return Resources.readLines(
        Resources.getResource("names/" + file + ".txt"), StandardCharsets.UTF_8);
  }

  private static List<String> published(String kind) {
    var names = new ArrayList<String>(List.of("cls_token", "pos_embed"));
    addLinear(names, "patch_embed.proj");
    addBlocks(names, "blocks", 2);
    addLinear(names, kind.equals("average") ? "fc_norm" : "norm");
    switch (kind) {
      case "both" -> {
        names.addAll(List.of("mask_token", "decoder_pos_embed"));
        addLinear(names, "decoder_embed");
        addBlocks(names, "decoder_blocks", 1);
        addLinear(names, "decoder_norm");
        addLinear(names, "decoder_pred");
      }
      case "classifier", "average" -> addLinear(names, "head");
      default -> {}
    }
    return names;
  }

  private static void addBlocks(List<String> names, String blocks, int count) {
    for (int i = 0; i < count; i++) {
      for (var layer : List.of("norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2")) {
        addLinear(names, blocks + "." + i + "." + layer);
      }
    }
  }

  private static void addLinear(List<String> names, String layer) {
    names.add(layer + ".weight");
    names.add(layer + ".bias");
  }
}
