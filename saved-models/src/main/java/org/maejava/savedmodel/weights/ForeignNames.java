package org.maejava.savedmodel.weights;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.maejava.savedmodel.weights.NameTable.Meaning;
import org.maejava.savedmodel.weights.NameTable.Part;

/**
 * A file's names as published ones.
 *
 * @param family whose names they are
 * @param published for each published name, in the order of the network, the file's tensors that
 *     make it up: one, or thirds along the first axis
 * @param incomplete published names of which the file has only some of the thirds
 * @param others names in the file that stand for none
 * @param encoderPrefix what stands before the encoder's names
 * @param passedOver prefixes of other encoders in the file
 */
public record ForeignNames(
    NameFamily family,
    Map<String, List<String>> published,
    List<String> incomplete,
    List<String> others,
    String encoderPrefix,
    List<String> passedOver) {

  /** Encoders that a method trains beside the one it is for. */
  private static final Set<String> SECOND_RATE = Set.of("student", "momentum", "online");

  /** Those that a method is for. */
  private static final Set<String> FIRST_RATE =
      Set.of("teacher", "ema", "target", "param", "params");

  /**
   * Reads the names of the family that explains most of them, whatever stands before them.
   *
   * @return empty if no family has an encoder among them
   */
  public static Optional<ForeignNames> of(Collection<String> names) {
    var candidates = new ArrayList<ForeignNames>();
    for (var family : NameFamily.values()) {
      new Reading(family, names).read().ifPresent(candidates::add);
    }
    return candidates.stream().max(Comparator.comparingInt(found -> found.published().size()));
  }

  /** Whether they are solo-learn's, whose networks differ in what no shape tells. */
  boolean isOfSoloLearn() {
    return family == NameFamily.PUBLISHED && encoderPrefix.endsWith("backbone.");
  }

  private static final Splitter WORDS = Splitter.on(CharMatcher.anyOf("._"));

  private static final class Reading {
    private final NameFamily family;
    private final Collection<String> names;
    private final TreeMap<Long, String> inOrder = new TreeMap<>();
    private final Map<String, String[]> tensors = new HashMap<>();
    private final List<String> others = new ArrayList<>();

    Reading(NameFamily family, Collection<String> names) {
      this.family = family;
      this.names = names;
    }

    Optional<ForeignNames> read() {
      var encoders = prefixes(Part.ENCODER);
      if (encoders.isEmpty()) {
        return Optional.empty();
      }
      var encoder = best(encoders);
      var decoder = nearest(prefixes(Part.DECODER), encoder);
      var head = nearest(prefixes(Part.HEAD), encoder);
      for (var name : names) {
        var meaning =
            meaning(Part.ENCODER, Optional.of(encoder), name)
                .or(() -> meaning(Part.DECODER, decoder, name))
                .or(() -> maskTokenBesideTheDecoder(decoder, name))
                .or(() -> meaning(Part.HEAD, head.or(() -> Optional.of(encoder)), name));
        if (meaning.isPresent()) {
          put(meaning.get(), name);
        } else {
          others.add(name);
        }
      }
      return Optional.of(result(encoder, encoders));
    }

    private Set<String> prefixes(Part part) {
      var found = new LinkedHashSet<String>();
      for (var anchor : family.table().anchors(part)) {
        for (var name : names) {
          if (name.endsWith(anchor)) {
            var prefix = name.substring(0, name.length() - anchor.length());
            if (prefix.isEmpty() || prefix.endsWith(".")) {
              found.add(prefix);
            }
          }
        }
      }
      return found;
    }

    private static String best(Set<String> prefixes) {
      return prefixes.stream()
          .min(
              Comparator.comparingInt(Reading::rank)
                  .thenComparingInt(String::length)
                  .thenComparing(Comparator.naturalOrder()))
          .orElseThrow();
    }

    private static int rank(String prefix) {
      var words = WORDS.splitToList(prefix);
      if (!Collections.disjoint(words, FIRST_RATE)) {
        return 0;
      }
      return Collections.disjoint(words, SECOND_RATE) ? 1 : 2;
    }

    /** Of several decoders or heads the one whose prefix has most in common with the encoder's. */
    private static Optional<String> nearest(Set<String> prefixes, String encoder) {
      return prefixes.stream()
          .max(
              Comparator.comparingInt((String prefix) -> common(prefix, encoder))
                  .thenComparing(Comparator.comparingInt(String::length).reversed()));
    }

    private static int common(String a, String b) {
      int length = 0;
      while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
        length++;
      }
      return length;
    }

    private Optional<Meaning> meaning(Part part, Optional<String> prefix, String name) {
      return prefix
          .filter(name::startsWith)
          .flatMap(before -> family.table().published(part, name.substring(before.length())));
    }

    /** Lightly's first version kept it in the module that holds encoder and decoder. */
    private Optional<Meaning> maskTokenBesideTheDecoder(Optional<String> decoder, String name) {
      var token = "mask_token";
      return decoder
          .filter(prefix -> !names.contains(prefix + token))
          .filter(prefix -> name.equals(parent(prefix) + token))
          .flatMap(prefix -> family.table().published(Part.DECODER, token));
    }

    private static String parent(String prefix) {
      return prefix.replaceFirst("[^.]+\\.$", "");
    }

    private void put(Meaning meaning, String name) {
      var parts =
          tensors.computeIfAbsent(meaning.published(), published -> new String[meaning.of()]);
      if (parts.length != meaning.of() || parts[meaning.index()] != null) {
        others.add(name);
        return;
      }
      parts[meaning.index()] = name;
      inOrder.putIfAbsent(meaning.order(), meaning.published());
    }

    private ForeignNames result(String encoder, Set<String> encoders) {
      var whole = new LinkedHashMap<String, List<String>>();
      var incomplete = new ArrayList<String>();
      for (var published : inOrder.values()) {
        var parts = new ArrayList<String>();
        for (var part : tensors.getOrDefault(published, new String[0])) {
          if (part != null) {
            parts.add(part);
          }
        }
        if (parts.size() == tensors.getOrDefault(published, new String[0]).length) {
          whole.put(published, List.copyOf(parts));
        } else {
          incomplete.add(published);
        }
      }
      return new ForeignNames(
          family,
          ImmutableMap.copyOf(whole),
          List.copyOf(incomplete),
          List.copyOf(others),
          encoder,
          encoders.stream().filter(prefix -> !prefix.equals(encoder)).toList());
    }
  }
}
