package org.maejava.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The listing of a large folder")
class ListingTest {

  private static final FileTime THEN = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir private Path folder;

  private Path images(String... names) throws IOException {
    var root = folder.resolve("images");
    for (var name : names) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.writeString(root.resolve(name), name);
    }
    settle(root);
    return root;
  }

  /** Sets the folders' time stamps back by years. */
  private static void settle(Path root) throws IOException {
    try (var all = Files.walk(root)) {
      for (var path : all.filter(Files::isDirectory).toList()) {
        Files.setLastModifiedTime(path, THEN);
      }
    }
  }

  private static List<String> names(Listing listing) {
    return listing.files().stream().map(Listing.File::name).toList();
  }

  /** A file is deleted and its folder's time stamp reset: the listing must come from the index. */
  @Test
  void isKeptUntilAFolderInItChanges() throws IOException {
    var cache = IndexCache.in(folder.resolve("cache"));
    var root = images("a/1.jpg", "b/deep/2.png", "b/notes.md", "c/notes.md");
    var first = Listing.of(root, cache, 2);
    assertThat(names(first)).containsExactly("a/1.jpg", "b/deep/2.png");
    Files.delete(root.resolve("a/1.jpg"));
    settle(root);
    var kept = Listing.of(root, cache, 2);
    assertThat(kept.files()).isEqualTo(first.files());
    assertThat(first.foldersWithoutImages()).containsExactly("c");
    assertThat(kept.foldersWithoutImages()).containsExactly("c");
    assertThat(kept.others()).isEqualTo(first.others()).containsEntry(".md", 2);

    Files.setLastModifiedTime(
        root.resolve("b/deep"), FileTime.from(Instant.parse("2021-01-01T00:00:00Z")));
    assertThat(names(Listing.of(root, cache, 2))).containsExactly("b/deep/2.png");
  }

  @Test
  void leavesOutLinksThatLeadNowhereOrInACircle() throws IOException {
    var root = images("a/1.jpg");
    Files.createSymbolicLink(root.resolve("a/gone.jpg"), root.resolve("nothing.jpg"));
    Files.createSymbolicLink(root.resolve("a/above"), root);
    Files.createSymbolicLink(root.resolve("a/2.jpg"), root.resolve("a/1.jpg"));
    var listing = Listing.of(root, IndexCache.none());
    assertThat(names(listing)).containsExactly("a/1.jpg", "a/2.jpg");
    assertThat(listing.others())
        .containsEntry("broken links", 1)
        .containsEntry("links to a folder above", 1);
  }

  @Test
  void isNotKeptIfItIsSmallOrChangedJustNow() throws IOException {
    var cache = IndexCache.in(folder.resolve("cache"));
    var root = images("a/1.jpg", "a/2.jpg");
    Listing.of(root, cache, 3);
    assertThat(folder.resolve("cache")).doesNotExist();
    Files.setLastModifiedTime(root.resolve("a"), FileTime.from(Instant.now()));
    Listing.of(root, cache, 2);
    assertThat(folder.resolve("cache")).doesNotExist();
  }
}
