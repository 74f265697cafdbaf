package io.github.amlmaven.emulator.storage;

import java.util.Base64;

/**
 * The CRC-64 of Azure Storage ({@code x-ms-content-crc64}): reflected polynomial {@code 0x9A6C9329AC4BC9B5}, initial value and
 * final xor all ones, written as base64 of its eight bytes, lowest first.
 */
final class Crc64 {

    private static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L;
    private static final long[] TABLE = new long[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
            }
            TABLE[i] = crc;
        }
    }

    private long state = -1L;

    void update(byte[] bytes, int offset, int length) {
        long crc = state;
        for (int i = offset; i < offset + length; i++) {
            crc = TABLE[(int) (crc ^ bytes[i]) & 0xFF] ^ (crc >>> 8);
        }
        state = crc;
    }

    String base64() {
        long value = ~state;
        byte[] bytes = new byte[8];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (value >>> (8 * i));
        }
        return Base64.getEncoder().encodeToString(bytes);
    }
}
