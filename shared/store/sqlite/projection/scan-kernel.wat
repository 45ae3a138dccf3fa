;; The inner loop of dense search: dot products of one query with consecutive rows of the matrix.
;; Compiled into scan-kernel.ts; how, and what the parameters mean, is said there.
(module
  (import "env" "memory" (memory 1 65536))
  (func (export "scan")
    (param $query i32) (param $rows i32) (param $rowCount i32) (param $stride i32) (param $products i32)
    (local $productsEnd i32) (local $foursEnd i32) (local $queryEnd i32) (local $at i32) (local $numbers v128)
    (local $row1 i32) (local $row2 i32) (local $row3 i32)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (local.set $productsEnd (i32.add (local.get $products) (i32.shl (local.get $rowCount) (i32.const 2))))
    (local.set $foursEnd
      (i32.add (local.get $products) (i32.shl (i32.and (local.get $rowCount) (i32.const -4)) (i32.const 2))))
    (local.set $queryEnd (i32.add (local.get $query) (i32.shl (local.get $stride) (i32.const 1))))
    ;; four rows a turn, which share each load of the query
    (block $foursDone
      (loop $fours
        (br_if $foursDone (i32.ge_u (local.get $products) (local.get $foursEnd)))
        (local.set $row1 (i32.add (local.get $rows) (local.get $stride)))
        (local.set $row2 (i32.add (local.get $row1) (local.get $stride)))
        (local.set $row3 (i32.add (local.get $row2) (local.get $stride)))
        (local.set $sum0 (v128.const i32x4 0 0 0 0))
        (local.set $sum1 (v128.const i32x4 0 0 0 0))
        (local.set $sum2 (v128.const i32x4 0 0 0 0))
        (local.set $sum3 (v128.const i32x4 0 0 0 0))
        (local.set $at (local.get $query))
        ;; 16 numbers a turn: 16 bytes of each row, widened, against 32 bytes of the query
        (loop $numbersOfFour
          (local.set $numbers (v128.load (local.get $at)))
          (local.set $sum0 (i32x4.add (local.get $sum0)
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $rows)) (local.get $numbers))))
          (local.set $sum1 (i32x4.add (local.get $sum1)
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $row1)) (local.get $numbers))))
          (local.set $sum2 (i32x4.add (local.get $sum2)
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $row2)) (local.get $numbers))))
          (local.set $sum3 (i32x4.add (local.get $sum3)
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $row3)) (local.get $numbers))))
          (local.set $numbers (v128.load offset=16 (local.get $at)))
          (local.set $sum0 (i32x4.add (local.get $sum0)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $rows)) (local.get $numbers))))
          (local.set $sum1 (i32x4.add (local.get $sum1)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $row1)) (local.get $numbers))))
          (local.set $sum2 (i32x4.add (local.get $sum2)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $row2)) (local.get $numbers))))
          (local.set $sum3 (i32x4.add (local.get $sum3)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $row3)) (local.get $numbers))))
          (local.set $rows (i32.add (local.get $rows) (i32.const 16)))
          (local.set $row1 (i32.add (local.get $row1) (i32.const 16)))
          (local.set $row2 (i32.add (local.get $row2) (i32.const 16)))
          (local.set $row3 (i32.add (local.get $row3) (i32.const 16)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $numbersOfFour (i32.lt_u (local.get $at) (local.get $queryEnd))))
        ;; the four lanes of each sum are added by turning the four sums on their side
        (local.set $sum0 (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $sum0) (local.get $sum1))
          (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $sum0) (local.get $sum1))))
        (local.set $sum2 (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $sum2) (local.get $sum3))
          (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $sum2) (local.get $sum3))))
        (v128.store (local.get $products) (i32x4.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $sum0) (local.get $sum2))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $sum0) (local.get $sum2))))
        (local.set $products (i32.add (local.get $products) (i32.const 16)))
        (local.set $rows (local.get $row3))
        (br $fours)))
    (block $done
      (loop $row
        (br_if $done (i32.ge_u (local.get $products) (local.get $productsEnd)))
        (local.set $sum0 (v128.const i32x4 0 0 0 0))
        (local.set $at (local.get $query))
        (loop $numbersOfOne
          (local.set $sum0 (i32x4.add (local.get $sum0)
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $rows)) (v128.load (local.get $at)))))
          (local.set $rows (i32.add (local.get $rows) (i32.const 8)))
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br_if $numbersOfOne (i32.lt_u (local.get $at) (local.get $queryEnd))))
        (i32.store (local.get $products)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $sum0)) (i32x4.extract_lane 1 (local.get $sum0)))
            (i32.add (i32x4.extract_lane 2 (local.get $sum0)) (i32x4.extract_lane 3 (local.get $sum0)))))
        (local.set $products (i32.add (local.get $products) (i32.const 4)))
        (br $row)))))
