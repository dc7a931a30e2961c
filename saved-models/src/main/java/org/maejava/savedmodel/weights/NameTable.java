package org.maejava.savedmodel.weights;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Published names and one library's names of the same parameters, read either way.
 *
 * <p>Several tensors that are one published tensor are its thirds along the first axis.
 */
public final class NameTable {

  private static final Pattern THIRDS = Pattern.compile("\\{(.+)}");
  private static final Pattern LEAF = Pattern.compile("(weight|bias)$");

  /** Of a block, as Python writes it: 07 is none. */
  private static final Pattern NUMBER = Pattern.compile("(?<=[._]|^)(0|[1-9]\\d*)(?=\\.)");

  /** A model's parts: each may stand behind a prefix of its own. */
  enum Part {
    ENCODER,
    DECODER,
    HEAD
  }

  /**
   * One line: templates of a published name and of its spellings.
   *
   * @param spellings for each spelling its tensors in order, one or three
   */
  private record Row(Part part, String published, List<List<String>> spellings) {}

  /**
   * Which published tensor a name stands for, or which part of one.
   *
   * @param published the name
   * @param index from 0
   * @param of how many tensors make it up
   * @param order rank of the published name in the table, then by block
   */
  record Meaning(String published, int index, int of, long order) {}

  private record Place(int row, int index, int of) {}

  private final Map<Part, String> prefixes = new EnumMap<>(Part.class);
  private final List<Row> rows;
  private final Map<Part, Map<String, Place>> places;

  private NameTable(List<Row> rows, Map<Part, String> prefixes) {
    this.rows = ImmutableList.copyOf(rows);
    this.prefixes.putAll(prefixes);
    places = new EnumMap<>(Part.class);
    for (var part : Part.values()) {
      places.put(part, placesOf(part));
    }
  }

  private Map<String, Place> placesOf(Part part) {
    var found = new LinkedHashMap<String, Place>();
    for (int row = 0; row < rows.size(); row++) {
      if (rows.get(row).part() == part) {
        for (var spelling : rows.get(row).spellings()) {
          for (int i = 0; i < spelling.size(); i++) {
            found.put(spelling.get(i), new Place(row, i, spelling.size()));
          }
        }
      }
    }
    return ImmutableMap.copyOf(found);
  }

  /** A family's table. */
  static NameTable of(NameFamily family) {
    return requireNonNull(Tables.OF.get(family));
  }

  /** Each read once. */
  private static final class Tables {
    private static final ImmutableMap<NameFamily, NameTable> OF =
        Maps.toMap(List.of(NameFamily.values()), family -> parse(family.text()));
  }

  private static NameTable parse(String text) {
    var rows = new ArrayList<Row>();
    var prefixes = new EnumMap<Part, String>(Part.class);
    var part = Part.ENCODER;
    for (var line : text.lines().filter(line -> !line.isBlank()).toList()) {
      var words = Splitter.on(' ').trimResults().omitEmptyStrings().splitToList(line);
      var heading = partOf(words.get(0));
      if (heading.isPresent()) {
        part = heading.get();
        prefixes.put(part, words.size() > 1 ? words.get(1) : "");
      } else {
        var spellings = words.stream().skip(1).map(NameTable::expand).toList();
        rows.add(new Row(part, words.get(0), spellings));
      }
    }
    return new NameTable(rows, prefixes);
  }

  private static Optional<Part> partOf(String word) {
    for (var part : Part.values()) {
      if (part.name().equalsIgnoreCase(word)) {
        return Optional.of(part);
      }
    }
    return Optional.empty();
  }

  private static List<String> expand(String spelling) {
    var thirds = THIRDS.matcher(spelling);
    if (!thirds.find()) {
      return List.of(spelling);
    }
    return Splitter.on(',')
        .splitToStream(thirds.group(1))
        .map(third -> spelling.replace(thirds.group(), third))
        .toList();
  }

  /**
   * What the library writes for a published parameter, behind its own prefixes.
   *
   * @param published such as {@code blocks.3.attn.qkv.weight}
   * @return one name, or three whose tensors are the published one's thirds along the first axis;
   *     empty if the library has no such parameter
   */
  public List<String> foreign(String published) {
    var leaf = leafOf(published);
    for (var template : templates(published)) {
      for (var row : rows) {
        if (row.published().equals(template.text())) {
          return row.spellings().get(0).stream()
              .map(name -> prefixes.get(row.part()) + template.fill(name, leaf))
              .toList();
        }
      }
    }
    return List.of();
  }

  /** What a name without its prefix means in one part of a model. */
  Optional<Meaning> published(Part part, String name) {
    var known = places.get(part);
    checkArgument(known != null, "no part %s", part);
    var leaf = leafOf(name);
    for (var template : templates(name)) {
      var place = known.get(template.text());
      if (place != null) {
        var row = rows.get(place.row());
        return Optional.of(
            new Meaning(
                template.fill(row.published(), leaf),
                place.index(),
                place.of(),
                order(place.row(), template.number(), leaf)));
      }
    }
    return Optional.empty();
  }

  /** Blocks one after another, each in the order of the rows. */
  private long order(int row, String number, String leaf) {
    boolean ofBlock = rows.get(row).published().contains("#");
    int first = row;
    while (ofBlock && first > 0 && rows.get(first - 1).published().contains("#")) {
      first--;
    }
    long block = ofBlock ? Long.parseLong(number) : 0;
    return ((first * 1_000_000L + block) * 100 + (row - first)) * 2 + (leaf.equals("bias") ? 1 : 0);
  }

  /** The spellings of the tensor without which there is no such part; its prefix is the part's. */
  List<String> anchors(Part part) {
    var anchor =
        switch (part) {
          case ENCODER -> "patch_embed.proj.*";
          case DECODER -> "decoder_embed.*";
          case HEAD -> "head.*";
        };
    return rows.stream()
        .filter(row -> row.part() == part && row.published().equals(anchor))
        .flatMap(row -> row.spellings().stream())
        .map(spelling -> spelling.get(0).replace("*", "weight"))
        .toList();
  }

  /** A name with placeholders, and the number that one of them stands for. */
  private record Template(String text, String number) {
    String fill(String other, String leaf) {
      return other.replace("#", number).replace("*", leaf);
    }
  }

  /** As it is, then with its first number left open. */
  private static List<Template> templates(String name) {
    var open = LEAF.matcher(name).replaceFirst("*");
    var number = NUMBER.matcher(open);
    var templates = new ArrayList<Template>();
    templates.add(new Template(open, ""));
    if (number.find() && number.end() - number.start() <= 6) {
      templates.add(new Template(number.replaceFirst("#"), number.group()));
    }
    return templates;
  }

  private static String leafOf(String name) {
    var leaf = LEAF.matcher(name);
    return leaf.find() ? leaf.group() : "";
  }
}
