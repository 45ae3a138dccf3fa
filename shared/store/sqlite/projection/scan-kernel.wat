;; The inner loop of dense search: dot products of one query with consecutive rows of the matrix.
;; Compiled into scan-kernel.ts; how, and what the parameters mean, is said there.
(module
  (import "env" "memory" (memory 1 65536))
  (func (export "scan")
    (param $query i32) (param $rows i32) (param $rowCount i32) (param $stride i32) (param $products i32)
    (local $productsEnd i32) (local $queryEnd i32) (local $at i32) (local $even v128) (local $odd v128)
    (local.set $productsEnd (i32.add (local.get $products) (i32.shl (local.get $rowCount) (i32.const 2))))
    (local.set $queryEnd (i32.add (local.get $query) (i32.shl (local.get $stride) (i32.const 1))))
    (block $done
      (loop $row
        (br_if $done (i32.ge_u (local.get $products) (local.get $productsEnd)))
        (local.set $even (v128.const i32x4 0 0 0 0))
        (local.set $odd (v128.const i32x4 0 0 0 0))
        (local.set $at (local.get $query))
        ;; 32 numbers a turn: 32 bytes of the row, widened, against 64 bytes of the query
        (loop $numbers
          (local.set $even (i32x4.add (local.get $even)
            (i32x4.dot_i16x8_s (v128.load8x8_s (local.get $rows)) (v128.load (local.get $at)))))
          (local.set $odd (i32x4.add (local.get $odd)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=8 (local.get $rows)) (v128.load offset=16 (local.get $at)))))
          (local.set $even (i32x4.add (local.get $even)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=16 (local.get $rows)) (v128.load offset=32 (local.get $at)))))
          (local.set $odd (i32x4.add (local.get $odd)
            (i32x4.dot_i16x8_s (v128.load8x8_s offset=24 (local.get $rows)) (v128.load offset=48 (local.get $at)))))
          (local.set $rows (i32.add (local.get $rows) (i32.const 32)))
          (local.set $at (i32.add (local.get $at) (i32.const 64)))
          (br_if $numbers (i32.lt_u (local.get $at) (local.get $queryEnd))))
        (local.set $even (i32x4.add (local.get $even) (local.get $odd)))
        (i32.store (local.get $products)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $even)) (i32x4.extract_lane 1 (local.get $even)))
            (i32.add (i32x4.extract_lane 2 (local.get $even)) (i32x4.extract_lane 3 (local.get $even)))))
        (local.set $products (i32.add (local.get $products) (i32.const 4)))
        (br $row)))))
