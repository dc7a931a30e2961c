package org.maejava.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The difference between wanted and found weights")
class KeyDiffTest {

  private static final Predicate<String> NONE = name -> false;

  private static Map<String, List<Integer>> shapes(String... names) {
    var shapes = new LinkedHashMap<String, List<Integer>>();
    for (var name : names) {
      shapes.put(name, List.of(2, 3));
    }
    return shapes;
  }

  @Test
  void listsEverythingAtOnce() {
    var wanted = shapes("norm.weight", "norm.bias", "head.weight", "cls_token");
    var found = shapes("head.weight", "mask_token", "extra", "cls_token");
    found.put("head.weight", List.of(7, 3));
    assertThatExceptionOfType(WeightMismatchException.class)
        .isThrownBy(() -> KeyDiff.between(wanted, found).check("a.safetensors", NONE, NONE))
        .withMessage(
            """
            a.safetensors does not fit the model
              2 missing: norm.weight, norm.bias
              2 unexpected: mask_token, extra
              1 differently shaped: head.weight [7, 3] instead of [2, 3]""");
  }

  @Test
  void saysFirstHowLargeBothEncodersAre() {
    var wanted = Map.of("patch_embed.proj.weight", List.of(96, 3, 8, 8), "blocks.0.x", List.of(1));
    var found =
        Map.of(
            "patch_embed.proj.weight", List.of(192, 1, 16, 16),
            "pos_embed", List.of(1, 197, 192),
            "blocks.0.x", List.of(1),
            "blocks.11.x", List.of(1));
    assertThatExceptionOfType(WeightMismatchException.class)
        .isThrownBy(() -> KeyDiff.between(wanted, found).check("vit.pth", NONE, NONE))
        .satisfies(
            e ->
                assertThat(e.getMessage().lines())
                    .first(STRING)
                    .isEqualTo(
                        "vit.pth does not fit the model: it has width 192, 2 blocks, patches of"
                            + " 16 x 16 in grey, images of 224 x 224; the model has width 96,"
                            + " 1 block, patches of 8 x 8 in colour"));
  }

  @Test
  void sumsUpALargeModelsNamesAndKeepsThemAll() {
    var wanted = new LinkedHashMap<String, List<Integer>>();
    var found = new LinkedHashMap<String, List<Integer>>();
    var leaves = List.of("norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2");
    for (int block = 0; block < 32; block++) {
      for (var leaf : leaves) {
        wanted.put("blocks." + block + "." + leaf + ".weight", List.of(8, 8));
        wanted.put("blocks." + block + "." + leaf + ".bias", List.of(8));
        found.put("blocks." + block + "." + leaf + ".weight", List.of(9, 8));
      }
    }
    assertThatExceptionOfType(WeightMismatchException.class)
        .isThrownBy(() -> KeyDiff.between(wanted, found).check("big", NONE, NONE))
        .satisfies(
            e -> {
              assertThat(e)
                  .hasMessageContaining("192 missing: blocks.*.norm1.bias x 32, ")
                  .hasMessageContaining("blocks.*.attn.qkv.weight [9, 8] instead of [8, 8] x 32");
              // Ten lines of a terminal.
              assertThat(e.getMessage()).hasSizeLessThan(800);
              assertThat(e.whole())
                  .contains("blocks.31.mlp.fc2.bias")
                  .contains("blocks.17.attn.qkv.weight [9, 8] instead of [8, 8]");
            });
  }

  @Test
  void toleratesWhatWasDeclared() {
    var diff = KeyDiff.between(shapes("a", "head.weight"), shapes("a", "mask_token"));
    assertThatCode(() -> diff.check("x", "head.weight"::equals, "mask_token"::equals))
        .doesNotThrowAnyException();
  }

  @Test
  void toleratesNoOtherShapeWhateverWasDeclared() {
    var found = shapes("a");
    found.put("a", List.of(3, 2));
    assertThatExceptionOfType(WeightMismatchException.class)
        .isThrownBy(
            () -> KeyDiff.between(shapes("a"), found).check("x", NONE.negate(), NONE.negate()))
        .withMessageContaining("a [3, 2] instead of [2, 3]");
  }

  @Test
  void isNoneBetweenEqualSets() {
    assertThatCode(() -> KeyDiff.between(shapes("a", "b"), shapes("b", "a")).check("x", NONE, NONE))
        .doesNotThrowAnyException();
  }
}
