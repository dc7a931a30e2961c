package org.maejava.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Draws by address")
class DrawsTest {

  @Test
  void areTheSameStreamForTheSameAddressWhoeverAsksBefore() {
    var draws = new Draws(5);
    var first = draws.at("mask", 3, 17);
    draws.at("crop", 1).nextLong();
    var second = draws.at("mask", 3, 17);
    for (int i = 0; i < 1000; i++) {
      assertThat(second.nextLong()).isEqualTo(first.nextLong());
    }
    assertThat(new Draws(5).at("mask", 3, 17).nextLong())
        .isEqualTo(draws.at("mask", 3, 17).nextLong());
  }

  @Test
  void neverMeetOverSeedsPurposesAndCoordinates() {
    // 64-bit values: among 3·10⁵ a chance collision has a probability of 2.4·10⁻⁹.
    Set<Long> seen = new HashSet<>();
    int asked = 0;
    for (int i = 0; i < 100_000; i++) {
      seen.add(new Draws(1).at("mask", i / 1000, i % 1000).nextLong());
      seen.add(new Draws(i + 2).at("mask", 0, 0).nextLong());
      seen.add(new Draws(1).at("init " + i).nextLong());
      asked += 3;
    }
    assertThat(seen).hasSize(asked);
  }

  @Test
  void tellApartAddressesThatOnlyLookAlike() {
    var draws = new Draws(0);
    var likes =
        new long[] {
          draws.at("a").nextLong(),
          draws.at("a", 0).nextLong(),
          draws.at("a", 0, 0).nextLong(),
          draws.at("a\0").nextLong(),
          draws.at("").nextLong(),
          draws.at("", 'a').nextLong(),
          draws.at("ab").nextLong(),
          draws.at("ba").nextLong(),
          draws.at("a", 1, 2).nextLong(),
          draws.at("a", 2, 1).nextLong(),
          draws.at("a", -1).nextLong(),
          new Draws(1).at("a").nextLong(),
          new Draws(-1).at("a").nextLong(),
        };
    assertThat(likes).doesNotHaveDuplicates();
  }

  @Test
  void ofNeighbouringAddressesAreUncorrelated() {
    int n = 100_000;
    double products = 0;
    var draws = new Draws(9);
    for (int i = 0; i < n; i++) {
      products += (draws.at("x", i).nextDouble() - 0.5) * (draws.at("x", i + 1).nextDouble() - 0.5);
    }
    // The product of two independent centred uniforms has standard deviation 1/12.
    assertThat(Math.abs(products / n)).isLessThan(5 / 12.0 / Math.sqrt(n));
  }

  @Test
  void haveEveryBitOfTheFirstValueBalanced() {
    int n = 100_000;
    var ones = new int[64];
    for (int i = 0; i < n; i++) {
      long value = new Draws(0).at("bits", i).nextLong();
      for (int bit = 0; bit < 64; bit++) {
        ones[bit] += (int) (value >>> bit & 1);
      }
    }
    assertThat(Arrays.stream(ones))
        .allMatch(count -> Math.abs(count - n / 2) < 5 * Math.sqrt(n) / 2);
  }
}
