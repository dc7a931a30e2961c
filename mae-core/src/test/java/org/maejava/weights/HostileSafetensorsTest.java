package org.maejava.weights;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.common.primitives.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.golden.Golden;
import org.maejava.random.Draws;
import org.maejava.random.Mutations;

@DisplayName("A safetensors file that is none is refused by name and fault:")
class HostileSafetensorsTest {

  private static final String ONE = "'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void tooShortForAHeaderLength(int bytes) throws IOException {
    refused(new byte[bytes], bytes + " bytes");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 17, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE})
  void headerLengthBeyondTheFile(long claimed) throws IOException {
    var file = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(claimed);
    refused(file.array(), "header claims " + claimed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "nonsense",
        "[]",
        "42",
        "null",
        "{",
        "{'a':}",
        "{} {}",
        "{}x",
        "{a:1}",
        "{'a':1,}",
        "/* no */ {}",
        "{'a':NaN}"
      })
  void headerNotAJsonObject(String header) throws IOException {
    refused(file("  " + header, 0), "header is not a JSON object");
  }

  @Test
  void headerNotAJsonObjectBecauseOfItsQuotes() throws IOException {
    refused(raw("{'a':{}}".getBytes(UTF_8), 0), "header is not a JSON object");
  }

  @Test
  void spacesBeforeTheHeadersBrace() throws IOException {
    refused(file(" {" + ONE + "}", 8), "does not begin with a brace");
  }

  @Test
  void headerNotUtf8() throws IOException {
    refused(raw("{\"gr\u00f6\u00dfe\":{}}".getBytes(ISO_8859_1), 0), "header is not UTF-8");
  }

  @Test
  void headerNestedWithoutEnd() throws IOException {
    refused(file("{'a':" + "[".repeat(100_000), 0), "header is not a JSON object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':7}                                                           | a |",
        "{'a':{}}                                                          | a |",
        "{'a':{'dtype':'F32','shape':[2]}}                                 | a |",
        "{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}              | a |",
        "{'a':{'dtype':'F32','shape':[2.5],'data_offsets':[0,8]}}          | a | 2.5",
        "{'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}}          | a |",
        "{'a':{'dtype':'F32','shape':[4294967298],'data_offsets':[0,8]}}   | a | 4294967298",
        "{'a':{'dtype':'F32','shape':[1e999999999],'data_offsets':[0,8]}}  | a | 1e999999999",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}}              | a |",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}}          | a |",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8.5]}}          | a | 8.5",
        "{'a':{'dtype':'Q4','shape':[2],'data_offsets':[0,8]}}             | a | Q4",
        "{'a':{'dtype':null,'shape':[2],'data_offsets':[0,8]}}             | a |",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}           | a | [-2]",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}            | a | 12 bytes",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}            | a | 8 to 0",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}}           | a | -8",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}           | a | begins at 4",
        "{'a':{'dtype':'F32','shape':[2147483647,2147483647,9],'data_offsets':[0,8]}} | a |",
        "{'a':{'dtype':'F32','dtype':'U8','shape':[2],'data_offsets':[0,8]}} | a | has dtype twice",
        "{'a':{'dtype':'F32','shape':[8],'shape':[2],'data_offsets':[0,8]}} | a | has shape twice",
        "{'a':{'dtype':'F8_E4M3','shape':[8],'data_offsets':[0,8]}}        | a | type F8_E4M3, which is not read",
        "{'a':{'dtype':'C64','shape':[1],'data_offsets':[0,8]}}            | a | type C64, which is not read",
        "{'__metadata__':{'k':'1','k':'2'}}                     | __metadata__ | k twice",
        "{'__metadata__':{'k':'1'},'__metadata__':{'k':'2'}}    | __metadata__ | there twice",
        "{'__metadata__':7}                                     | __metadata__ |",
        "{'__metadata__':{'k':7}}                               | __metadata__ | k",
        "{'__metadata__':{'k':[]}}                              | __metadata__ | k",
      })
  void entryThatContradictsItself(String header, String name, String fault) throws IOException {
    refused(file(header, 8), name, fault == null ? "" : fault);
  }

  @Test
  void overlap() throws IOException {
    refused(
        file("{" + ONE + ",'b':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}", 12),
        "b begins at 4 where 8 is expected");
  }

  @Test
  void gap() throws IOException {
    refused(
        file("{" + ONE + ",'b':{'dtype':'F32','shape':[2],'data_offsets':[12,20]}}", 20),
        "b begins at 12 where 8 is expected");
  }

  @Test
  void theSameNameTwice() throws IOException {
    refused(file("{" + ONE + "," + ONE + "}", 8), "a is there twice");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 9, 16})
  void dataTruncatedOrTooLong(int bytes) throws IOException {
    refused(file("{" + ONE + "}", bytes), "end at 8 but the data at " + bytes);
  }

  /** Gson keeps the last, others the first: each would read another tensor. */
  @Test
  void theSameNameTwiceInOtherSpelling() throws IOException {
    refused(file("{" + ONE + "," + ONE.replace("'a'", "'\\u0061'") + "}", 8), "a is there twice");
  }

  @Test
  void headerLongerThanTheFormatAllows() throws IOException {
    var path = folder.resolve("long.safetensors");
    try (var channel = FileChannel.open(path, CREATE_NEW, WRITE, SPARSE)) {
      channel.write(ByteBuffer.allocate(8).order(LITTLE_ENDIAN).putLong(0, 100_000_001));
      channel.write(ByteBuffer.allocate(1), 8 + 100_000_001);
    }
    assertThatIOException()
        .isThrownBy(() -> Safetensors.open(path).close())
        .withMessageContaining("claims 100000001 bytes")
        .withMessageContaining("limit 100000000");
  }

  @Test
  void zerosBehindTheHeadersObject() throws IOException {
    refused(file("{" + ONE + "}\0\0\0", 8), "header is not a JSON object");
  }

  @Test
  void aMillionDimensions() throws IOException {
    var shape = "1,".repeat(999_999) + "2";
    refused(
        file("{'a':{'dtype':'F32','shape':[" + shape + "],'data_offsets':[0,8]}}", 8),
        "a has 1000000 dimensions");
  }

  @Test
  void aNumberOfAMillionDigits() throws IOException {
    var digits = "1".repeat(1_000_000);
    refused(
        file("{'a':{'dtype':'F32','shape':[" + digits + "],'data_offsets':[0,8]}}", 8),
        "header is not a JSON object");
  }

  @Test
  void moreTensorsThanAnyNetworkHas() throws IOException {
    var header = new StringBuilder("{");
    for (int i = 0; i < 200_001; i++) {
      header.append("'%d':{'dtype':'F32','shape':[0],'data_offsets':[0,0]},".formatted(i));
    }
    header.setCharAt(header.length() - 1, '}');
    refused(file(header.toString(), 0), "more than 200000 tensors");
  }

  @Test
  void namesThatWouldMoveATerminalsCursor() throws IOException {
    refused(
        file("{'\\u001b[2J':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}", 8), "?[2J of type");
  }

  @Test
  void everyFaultAtOnce() throws IOException {
    refused(
        file(
            "{'a':{'dtype':'Q4','shape':[2],'data_offsets':[0,8]},"
                + "'b':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}",
            9),
        "Q4",
        "12 bytes",
        "data at 9");
  }

  @Test
  void aMillionFaultsInAMessageThatCanBeRead() throws IOException {
    var header = new StringBuilder("{'a':[" + "0,".repeat(300_000) + "0]");
    for (int i = 0; i < 100_000; i++) {
      header.append(",'").append(i).append("':0");
    }
    refused(file(header.append('}').toString(), 0), "100001 faults");
  }

  @Test
  void anEmptyTensorMayStandBetweenOthersInAnyOrderOfTheHeader() throws IOException {
    var path = folder.resolve("fine");
    Files.write(
        path, file("{" + ONE + ",'e':{'dtype':'F32','shape':[0],'data_offsets':[0,0]}}", 8));
    try (var read = Safetensors.open(path)) {
      assertThat(read.floats("e")).isEmpty();
      assertThat(read.floats("a")).containsExactly(0, 0);
    }
  }

  /** The format pads headers with spaces; members that it does not name yet are passed over. */
  @Test
  void spacesBehindTheHeaderAndUnknownMembersAreNoFaults() throws IOException {
    var path = folder.resolve("padded");
    Files.write(path, file("{" + ONE.replace("}", ",'later':[{}]}") + "}   ", 8));
    try (var read = Safetensors.open(path)) {
      assertThat(read.floats("a")).containsExactly(0, 0);
    }
  }

  @Test
  void anyByteMayBeWrongWithoutAnythingWorseThanAnIoException() throws IOException {
    var good = Files.readAllBytes(Golden.path("linprobe_tiny_gp0_wd0.01.safetensors"));
    var random = new Draws(5).at("bytes");
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      var bad =
          i % 4 == 0 ? Arrays.copyOf(good, 1 + random.nextInt(good.length - 1)) : good.clone();
      bad[random.nextInt(Math.min(bad.length, 1600))] = (byte) random.nextInt();
      var path = folder.resolve("bad" + i);
      Files.write(path, bad);
      try (var read = Safetensors.open(path)) {
        read.shapes().keySet().forEach(read::floats);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining(path.toString());
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  private void refused(byte[] content, String... facts) throws IOException {
    var path = folder.resolve("hostile.safetensors");
    Files.write(path, content);
    assertThatIOException()
        .isThrownBy(() -> Safetensors.open(path).close())
        .withMessageContaining(path.toString())
        .withMessageContainingAll(facts)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(20_000));
  }

  /** A file with this header, whose quotes are single for legibility, and so many bytes of data. */
  private static byte[] file(String header, int dataBytes) {
    return raw(header.replace('\'', '"').getBytes(UTF_8), dataBytes);
  }

  private static byte[] raw(byte[] header, int dataBytes) {
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  /** Tensors have no checksum: what is read is what lies at the place that the header names. */
  @Test
  @Tag("row")
  void mutatedOrReadAsItStands() throws IOException {
    var whole = Files.readAllBytes(Golden.path("vit_tiny_gp0.safetensors"));
    var random = new SplittableRandom(13);
    int refused = 0;
    int count = Mutations.count(2_000, 100);
    for (int i = 0; i < count; i++) {
      var mutated =
          switch (i % 5) {
            case 0 -> Mutations.cut(whole, random);
            case 1 -> Mutations.changed(whole, random);
            default -> withAnotherBeginning(whole, i % 2 == 0, random);
          };
      var file = Files.write(folder.resolve("mutated.safetensors"), mutated);
      try (var read = Safetensors.open(file)) {
        long data = Long.BYTES + ByteBuffer.wrap(mutated).order(LITTLE_ENDIAN).getLong();
        long sum = 0;
        for (var name : read.shapes().keySet()) {
          sum += 4L * read.floats(name).length;
        }
        assertThat(data + sum).as("mutation %s", i).isEqualTo(mutated.length);
      } catch (IOException | IllegalArgumentException e) {
        assertThat(e).as("mutation %s", i).hasMessageContaining("mutated.safetensors");
        refused++;
      }
    }
    Mutations.report("safetensors", count, refused);
    assertThat(refused).isBetween(1, count - 1);
  }

  /** Its data are a hundred times its header, which is where mistakes are to be made. */
  private static byte[] withAnotherBeginning(
      byte[] whole, boolean anywhere, SplittableRandom random) {
    var head = Arrays.copyOf(whole, 4096);
    var changed =
        anywhere ? Mutations.changed(head, random) : Mutations.withAHugeNumber(head, random);
    return Bytes.concat(changed, Arrays.copyOfRange(whole, head.length, whole.length));
  }
}
