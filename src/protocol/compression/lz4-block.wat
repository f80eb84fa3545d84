;; LZ4 blocks: rows of sequences, each a token with two lengths, literals, and how far back to copy how much from.
;; Addresses are the caller's business. Copies go by eight bytes and may write up to 16 bytes behind what they are asked
;; for, and read as far behind the input: the caller leaves that much room.
(module
  (memory (export "memory") 1)

  ;; Reads the block from $next to $end and writes its content at $start.
  ;; Gives the end of the content; -1 when it would pass $limit, -2 when this is no block.
  (func (export "decompress")
    (param $next i32) (param $end i32) (param $start i32) (param $limit i32) (result i32)
    (local $out i32) (local $token i32) (local $length i32) (local $more i32)
    (local $distance i32) (local $from i32) (local $stop i32)
    (local.set $out (local.get $start))
    (block $corrupt
      (block $large
        (loop $sequence
          (br_if $corrupt (i32.ge_u (local.get $next) (local.get $end)))
          (local.set $token (i32.load8_u (local.get $next)))
          (local.set $next (i32.add (local.get $next) (i32.const 1)))

          ;; Literals.
          (local.set $length (i32.shr_u (local.get $token) (i32.const 4)))
          (if (i32.eq (local.get $length) (i32.const 15))
            (then
              (loop $bytes
                (br_if $corrupt (i32.ge_u (local.get $next) (local.get $end)))
                (local.set $more (i32.load8_u (local.get $next)))
                (local.set $next (i32.add (local.get $next) (i32.const 1)))
                (local.set $length (i32.add (local.get $length) (local.get $more)))
                (br_if $bytes (i32.eq (local.get $more) (i32.const 255))))))
          (br_if $corrupt (i32.gt_u (local.get $length) (i32.sub (local.get $end) (local.get $next))))
          (br_if $large (i32.gt_u (local.get $length) (i32.sub (local.get $limit) (local.get $out))))
          (call $copy (local.get $out) (local.get $next) (local.get $length))
          (local.set $out (i32.add (local.get $out) (local.get $length)))
          (local.set $next (i32.add (local.get $next) (local.get $length)))
          (if (i32.eq (local.get $next) (local.get $end)) (then (return (local.get $out))))

          ;; The match.
          (br_if $corrupt (i32.lt_u (i32.sub (local.get $end) (local.get $next)) (i32.const 2)))
          (local.set $distance (i32.load16_u align=1 (local.get $next)))
          (local.set $next (i32.add (local.get $next) (i32.const 2)))
          (local.set $length (i32.and (local.get $token) (i32.const 15)))
          (if (i32.eq (local.get $length) (i32.const 15))
            (then
              (loop $bytes
                (br_if $corrupt (i32.ge_u (local.get $next) (local.get $end)))
                (local.set $more (i32.load8_u (local.get $next)))
                (local.set $next (i32.add (local.get $next) (i32.const 1)))
                (local.set $length (i32.add (local.get $length) (local.get $more)))
                (br_if $bytes (i32.eq (local.get $more) (i32.const 255))))))
          (local.set $length (i32.add (local.get $length) (i32.const 4)))
          (br_if $corrupt (i32.eqz (local.get $distance)))
          (br_if $corrupt (i32.gt_u (local.get $distance) (i32.sub (local.get $out) (local.get $start))))
          (br_if $large (i32.gt_u (local.get $length) (i32.sub (local.get $limit) (local.get $out))))
          (local.set $from (i32.sub (local.get $out) (local.get $distance)))
          (local.set $stop (i32.add (local.get $out) (local.get $length)))
          (if (i32.ge_u (local.get $distance) (i32.const 8))
            (then
              (loop $words
                (i64.store align=1 (local.get $out) (i64.load align=1 (local.get $from)))
                (local.set $out (i32.add (local.get $out) (i32.const 8)))
                (local.set $from (i32.add (local.get $from) (i32.const 8)))
                (br_if $words (i32.lt_u (local.get $out) (local.get $stop)))))
            (else
              (if (i32.eq (local.get $distance) (i32.const 1))
                (then (memory.fill (local.get $out) (i32.load8_u (local.get $from)) (local.get $length)))
                ;; It runs into what it writes: byte by byte.
                (else
                  (loop $one
                    (i32.store8 (local.get $out) (i32.load8_u (local.get $from)))
                    (local.set $out (i32.add (local.get $out) (i32.const 1)))
                    (local.set $from (i32.add (local.get $from) (i32.const 1)))
                    (br_if $one (i32.lt_u (local.get $out) (local.get $stop))))))))
          (local.set $out (local.get $stop))
          (br $sequence))
        (unreachable))
      (return (i32.const -1)))
    (i32.const -2))

  ;; Writes the content from $start to $end, at most 64 KiB, as a block at $to. $table is 32 KiB of memory for its use:
  ;; for each hash of four bytes, where in the content they were last. Gives the end of the block.
  (func (export "compress")
    (param $start i32) (param $end i32) (param $to i32) (param $table i32) (result i32)
    (local $at i32) (local $anchor i32) (local $lastMatchAt i32) (local $matchEnd i32) (local $out i32)
    (local $misses i32) (local $word i32) (local $slot i32) (local $candidate i32) (local $stop i32)
    (local $distance i32) (local $token i32) (local $rest i32) (local $difference i64)
    (local.set $out (local.get $to))
    (local.set $anchor (local.get $start))
    ;; The last match begins 12 bytes before the end at the latest, and the last five bytes are literals.
    (local.set $lastMatchAt (i32.sub (local.get $end) (i32.const 12)))
    (local.set $matchEnd (i32.sub (local.get $end) (i32.const 5)))
    (block $done
      (br_if $done (i32.lt_u (i32.sub (local.get $end) (local.get $start)) (i32.const 13)))
      (memory.fill (local.get $table) (i32.const 0) (i32.const 32768))
      ;; An empty slot points at the first byte, which is as good a guess as any from the second on.
      (local.set $at (i32.add (local.get $start) (i32.const 1)))
      (local.set $misses (i32.const 64))
      (loop $search
        (br_if $done (i32.gt_u (local.get $at) (local.get $lastMatchAt)))
        (local.set $word (i32.load align=1 (local.get $at)))
        (local.set $slot (i32.add (local.get $table) (call $slotOf (local.get $word))))
        (local.set $candidate (i32.add (local.get $start) (i32.load16_u (local.get $slot))))
        (i32.store16 (local.get $slot) (i32.sub (local.get $at) (local.get $start)))
        (if (i32.ne (i32.load align=1 (local.get $candidate)) (local.get $word))
          (then
            ;; The longer nothing is found, the larger the steps.
            (local.set $at (i32.add (local.get $at) (i32.shr_u (local.get $misses) (i32.const 6))))
            (local.set $misses (i32.add (local.get $misses) (i32.const 1)))
            (br $search)))
        (local.set $misses (i32.const 64))
        (local.set $distance (i32.sub (local.get $at) (local.get $candidate)))
        (block $begun
          (loop $back
            (br_if $begun (i32.le_u (local.get $at) (local.get $anchor)))
            (br_if $begun (i32.le_u (local.get $candidate) (local.get $start)))
            (br_if $begun (i32.ne
              (i32.load8_u (i32.sub (local.get $at) (i32.const 1)))
              (i32.load8_u (i32.sub (local.get $candidate) (i32.const 1)))))
            (local.set $at (i32.sub (local.get $at) (i32.const 1)))
            (local.set $candidate (i32.sub (local.get $candidate) (i32.const 1)))
            (br $back)))
        (local.set $stop (i32.add (local.get $at) (i32.const 4)))
        (block $ended
          (loop $words
            (if (i32.le_u (i32.add (local.get $stop) (i32.const 8)) (local.get $matchEnd))
              (then
                (local.set $difference (i64.xor
                  (i64.load align=1 (local.get $stop))
                  (i64.load align=1 (i32.sub (local.get $stop) (local.get $distance)))))
                (if (i64.ne (local.get $difference) (i64.const 0))
                  (then
                    (local.set $stop (i32.add (local.get $stop)
                      (i32.shr_u (i32.wrap_i64 (i64.ctz (local.get $difference))) (i32.const 3))))
                    (br $ended)))
                (local.set $stop (i32.add (local.get $stop) (i32.const 8)))
                (br $words))))
          (loop $one
            (br_if $ended (i32.ge_u (local.get $stop) (local.get $matchEnd)))
            (br_if $ended (i32.ne
              (i32.load8_u (local.get $stop))
              (i32.load8_u (i32.sub (local.get $stop) (local.get $distance)))))
            (local.set $stop (i32.add (local.get $stop) (i32.const 1)))
            (br $one)))
        (local.set $rest (i32.sub (i32.sub (local.get $stop) (local.get $at)) (i32.const 4)))
        (local.set $token (local.get $out))
        (local.set $out (call $putLiterals (local.get $anchor) (local.get $at) (local.get $out)))
        (i32.store16 align=1 (local.get $out) (local.get $distance))
        (local.set $out (i32.add (local.get $out) (i32.const 2)))
        (if (i32.lt_u (local.get $rest) (i32.const 15))
          (then
            (i32.store8 (local.get $token) (i32.or (i32.load8_u (local.get $token)) (local.get $rest))))
          (else
            (i32.store8 (local.get $token) (i32.or (i32.load8_u (local.get $token)) (i32.const 15)))
            (local.set $out (call $putLength (local.get $out) (i32.sub (local.get $rest) (i32.const 15))))))
        (local.set $at (local.get $stop))
        (local.set $anchor (local.get $stop))
        (if (i32.le_u (local.get $at) (local.get $lastMatchAt))
          (then
            (i32.store16
              (i32.add (local.get $table) (call $slotOf (i32.load align=1 (i32.sub (local.get $at) (i32.const 2)))))
              (i32.sub (i32.sub (local.get $at) (i32.const 2)) (local.get $start)))))
        (br $search)))
    (call $putLiterals (local.get $anchor) (local.get $end) (local.get $out)))

  ;; Where in the table of 16,384 half words the last place of these four bytes is.
  (func $slotOf (param $word i32) (result i32)
    (i32.shl
      (i32.shr_u (i32.mul (local.get $word) (i32.const 0x9e3779b1)) (i32.const 18))
      (i32.const 1)))

  ;; A token with the length of the literals, and the literals. Gives where what follows goes.
  (func $putLiterals (param $from i32) (param $end i32) (param $out i32) (result i32)
    (local $length i32)
    (local.set $length (i32.sub (local.get $end) (local.get $from)))
    (if (i32.lt_u (local.get $length) (i32.const 15))
      (then
        (i32.store8 (local.get $out) (i32.shl (local.get $length) (i32.const 4)))
        (local.set $out (i32.add (local.get $out) (i32.const 1))))
      (else
        (i32.store8 (local.get $out) (i32.const 0xf0))
        (local.set $out (call $putLength
          (i32.add (local.get $out) (i32.const 1))
          (i32.sub (local.get $length) (i32.const 15))))))
    (call $copy (local.get $out) (local.get $from) (local.get $length))
    (i32.add (local.get $out) (local.get $length)))

  (func $putLength (param $out i32) (param $rest i32) (result i32)
    (loop $full
      (if (i32.ge_u (local.get $rest) (i32.const 255))
        (then
          (i32.store8 (local.get $out) (i32.const 255))
          (local.set $out (i32.add (local.get $out) (i32.const 1)))
          (local.set $rest (i32.sub (local.get $rest) (i32.const 255)))
          (br $full))))
    (i32.store8 (local.get $out) (local.get $rest))
    (i32.add (local.get $out) (i32.const 1)))

  (func $copy (param $to i32) (param $from i32) (param $length i32)
    (if (i32.le_u (local.get $length) (i32.const 16))
      (then
        (i64.store align=1 (local.get $to) (i64.load align=1 (local.get $from)))
        (i64.store offset=8 align=1 (local.get $to) (i64.load offset=8 align=1 (local.get $from))))
      (else (memory.copy (local.get $to) (local.get $from) (local.get $length))))))
