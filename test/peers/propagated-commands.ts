/**
 * Commands whose written form is compared, each group on an empty data set. "@" marks another client, which may wait; "+5"
 * lets so many milliseconds pass.
 */
export const propagated: Readonly<Record<string, string>> = {
  strings: `
    SET a 1
    SET a 2 EX 100
    SET a 2 PX 100000
    SET a 2 EXAT 99999999999
    SET a 2 PXAT 99999999999999
    SET a 2 KEEPTTL
    SET a 2 NX
    SET a 2 XX
    SET a 3 XX GET
    SET a 3 XX GET EX 100
    SET q 3 NX GET
    SET q 3 NX EX 10
    SET q 4 GET KEEPTTL
    SETEX a 100 v
    PSETEX a 100000 v
    SETNX a 1
    SETNX b 1
    GETSET b 2
    GETSET nn 2
    GETEX a
    GETEX a EX 100
    GETEX a PERSIST
    GETEX a PERSIST
    GETEX a EXAT 99999999999
    GETEX a PXAT 1
    GETDEL b
    GETDEL b
    MSET a 1 b 2
    MSETNX a 1 c 2
    MSETNX c 1 d 2
    INCR c
    INCRBY c 5
    DECR c
    DECRBY c 3
    INCRBYFLOAT c 1.5
    INCRBYFLOAT c 0
    INCRBYFLOAT c -0
    EXPIRE c 100
    INCRBYFLOAT c 1e2
    APPEND c x
    APPEND c ""
    SETRANGE c 2 yy
    SETRANGE c 2 ""
    SETRANGE none 0 ""
    EXPIRE c 100
    EXPIRE c 100 NX
    EXPIRE c 200 XX GT
    PEXPIRE c 100000
    EXPIREAT c 99999999999
    PEXPIREAT c 99999999999999
    EXPIRE c -1
    EXPIRE c 100
    PERSIST d
    EXPIRE d 100
    PERSIST d
    EXPIRE d 0
    SET d 1
    EXPIREAT d 1
    SET d 1
  `,
  keys: `
    DEL d zz
    DEL zz
    UNLINK zz
    SET d 1
    UNLINK d zz
    SET d 1
    SET e 1 EX 1000
    RENAME d e
    RENAMENX e f
    SET e 1
    RENAMENX e f
    RENAME e e
    COPY e g
    COPY e g
    COPY e g REPLACE
    COPY e g DB 2
    COPY e g DB 2 REPLACE
    MOVE e 3
    MOVE f 2
    SELECT 3
    SET z 1
    SWAPDB 2 3
    SWAPDB 2 2
    SELECT 0
  `,
  'bitmaps and HyperLogLogs': `
    SETBIT bm 7 1
    SETBIT bm 7 1
    SETBIT bm 900 0
    BITOP NOT bn bm
    BITOP AND bn nokey
    BITOP AND bn nokey
    BITFIELD bm SET u8 0 255
    BITFIELD bm GET u8 0
    BITFIELD bm INCRBY u8 0 1 OVERFLOW FAIL INCRBY u8 0 255
    BITFIELD bm OVERFLOW FAIL INCRBY u8 0 255
    BITFIELD_RO bm GET u8 0
    BITFIELD empty GET u8 0
    BITFIELD bfnew SET u8 0 0
    PFADD hll a b c
    PFADD hll a b c
    PFADD hllempty
    PFADD hllempty
    PFCOUNT hll
    PFCOUNT hll
    PFADD hll d
    PFCOUNT hll hllempty
    PFMERGE hll2 hll
    PFMERGE hll2
    PFMERGE hll3
    PFCOUNT hll3
  `,
  lists: `
    RPUSH l 1 2 3 4 5
    LPUSH l 0
    LPUSHX nol 1
    LPUSHX l 1
    RPUSHX l 1
    LPOP l
    RPOP l 2
    LPOP l 0
    LPOP nol
    LPOP l 100
    RPUSH l a b c d a b
    LSET l 0 z
    LINSERT l BEFORE b x
    LINSERT l BEFORE nonono x
    LREM l 0 nonono
    LREM l 1 a
    LTRIM l 0 100
    LTRIM l 1 2
    LTRIM l 5 2
    LTRIM l 5 2
    RPUSH l 1 2 3 4 5
    LMOVE l m LEFT RIGHT
    LMOVE l l LEFT RIGHT
    LMOVE nol l LEFT RIGHT
    RPOPLPUSH l m
    RPOPLPUSH nol m
    LMPOP 2 nol l LEFT
    LMPOP 2 nol l RIGHT COUNT 2
    LMPOP 1 nol LEFT
    RPUSH l 1 2
    BLPOP l 0
    RPUSH l 1 2 3 4 5
    BRPOP nol l 0
    BLMOVE l m LEFT RIGHT 0
    BRPOPLPUSH l m 0
    BLMPOP 0 2 nol l LEFT COUNT 10
    @BLPOP bl bl2 0
    RPUSH bl2 1 2 3
    @BLPOP bl 0
    @BRPOP bl 0
    @BLMOVE bl bm LEFT RIGHT 0
    RPUSH bl 1 2 3 4
    DEL bm
    @BLMOVE bl bm RIGHT LEFT 0
    @BLPOP bm 0
    @BLMPOP 0 1 nol LEFT COUNT 2
    RPUSH bl 5
    RPUSH nol 1 2 3
    @BRPOPLPUSH bq bw 0
    RPUSH bq 1
  `,
  sets: `
    SADD s 1 2 3
    SADD s 1
    SADD s 1 4 zebra
    SREM s 1
    SREM s nono
    SREM s nono 2
    SMOVE s t 3
    SMOVE s t 3
    SMOVE t t 3
    SINTERSTORE d s t
    SINTERSTORE d s nokey
    SUNIONSTORE d s t
    SUNIONSTORE d d
    SUNIONSTORE d nokey
    SUNIONSTORE d nokey
    SDIFFSTORE d s t
    SADD pop 1
    SPOP pop
    SPOP pop
    SADD pop 1 2
    SPOP pop 0
    SPOP pop 2
    SPOP nopop 2
  `,
  'sorted sets': `
    ZADD z 1 a
    ZADD zz 1 a
    ZADD zz 1 a
    ZADD zz 2 a
    ZADD zz NX 3 a
    ZADD zz XX CH 3 a 4 b
    ZADD zz XX 5 nn
    ZADD zz GT 1 a
    ZADD zz INCR 1 a
    ZADD zz NX INCR 1 a
    ZADD zz XX INCR 1 nono
    ZINCRBY zz 1.5 a
    ZINCRBY zz 0 a
    ZADD zz 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8 i
    ZREM zz nono
    ZREM zz b nono
    ZREMRANGEBYSCORE zz 100 200
    ZREMRANGEBYSCORE zz 2 2
    ZREMRANGEBYRANK zz 0 0
    ZREMRANGEBYRANK zz 100 200
    ZREMRANGEBYLEX zz [x [z
    ZADD lex 0 a 0 b 0 c
    ZREMRANGEBYLEX lex [a [b
    ZPOPMIN zz
    ZPOPMAX zz 2
    ZPOPMIN nozz
    ZPOPMIN zz 0
    ZMPOP 2 nozz zz MIN
    ZMPOP 2 nozz zz MAX COUNT 10
    ZADD zz 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8 i
    BZPOPMIN zz 0
    BZPOPMAX nozz zz 0
    BZMPOP 0 2 nozz zz MIN COUNT 2
    BZMPOP 0 2 nozz zz MIN
    @BZPOPMIN bz 0
    @BZPOPMAX bz bz2 0
    @BZMPOP 0 1 bz MIN COUNT 5
    ZADD bz 1 a 2 b 3 c 4 d
    ZRANGESTORE zd zz 0 -1
    ZRANGESTORE zd nozz 0 -1
    ZRANGESTORE zd nozz 0 -1
    ZUNIONSTORE zd 2 zz lex
    ZINTERSTORE zd 2 zz nozz
    ZINTERSTORE zd 2 zz nozz
    ZDIFFSTORE zd 2 zz nozz
    ZUNIONSTORE zd 1 nozz
  `,
  places: `
    GEOADD g1 13.361389 38.115556 Palermo 15.087269 37.502669 Catania
    GEOADD g1 13.361389 38.115556 Palermo
    GEOADD g1 NX 13.361389 38.115556 Palermo
    GEOADD g1 CH 13.361389 39.115556 Palermo
    GEOSEARCHSTORE g2 g1 FROMLONLAT 15 37 BYRADIUS 200 km
    GEOSEARCHSTORE g2 g1 FROMLONLAT 0 0 BYRADIUS 2 km
    GEOSEARCHSTORE g2 g1 FROMLONLAT 0 0 BYRADIUS 2 km STOREDIST
    GEORADIUS g1 15 37 200 km
    GEORADIUS g1 15 37 200 km STORE g2
    GEORADIUS g1 15 37 200 km STOREDIST g2
    GEORADIUS g1 0 0 1 km STORE g2
    GEORADIUS g1 0 0 1 km STORE g2
    GEORADIUSBYMEMBER g1 Palermo 200 km STORE g2
  `,
  sorting: `
    RPUSH l z a b
    SORT l BY nosort STORE sd
    RPUSH l 3 1 2
    SORT l STORE sd
    SORT l
    SORT nol STORE sd
    SORT nol STORE sd
  `,
  hashes: `
    HSET h f 1 g 2
    HSET h f 1
    HMSET h f 1
    HSETNX h f 1
    HSETNX h n 1
    HINCRBY h n 1
    HINCRBYFLOAT h n 1.5
    HINCRBYFLOAT h n 0
    HINCRBY h f 1
    HDEL h nono
    HDEL h f nono
    HEXPIRE h 100 FIELDS 2 g nono
    HPEXPIRE h 100000 FIELDS 2 g n
    HEXPIRE h 100 NX FIELDS 2 g n
    HEXPIRE h 10000 GT FIELDS 2 g n
    HEXPIREAT h 99999999 FIELDS 1 g
    HSET h g 1 a 1 b 2
    HEXPIREAT h 9999999999 FIELDS 1 g
    HPEXPIREAT h 9999999999999 FIELDS 2 g a
    HEXPIRE nokey 100 FIELDS 1 a
    HEXPIRE h 100 FIELDS 1 nono
    HPERSIST h FIELDS 2 g nono
    HPERSIST h FIELDS 2 g nono
    HPERSIST h FIELDS 1 nono
    HEXPIRE h 0 FIELDS 2 g nono
    HPEXPIREAT h 1 FIELDS 2 a b
    HSET h a 1 b 2 c 3
    HGETEX h FIELDS 2 a b
    HGETEX h EX 100 FIELDS 2 a nono
    HGETEX h PX 100000 FIELDS 2 a b
    HGETEX h PERSIST FIELDS 3 a c nono
    HGETEX h PERSIST FIELDS 3 a c nono
    HGETEX h EXAT 1 FIELDS 2 a nono
    HGETEX h PXAT 99999999999 FIELDS 1 b
    HGETEX h PXAT 9999999999999 FIELDS 1 c
    HSETEX h FIELDS 2 a 1 b 2
    HSETEX h EX 100 FIELDS 2 a 1 b 2
    HSETEX h PX 100000 FIELDS 2 a 1 b 2
    HSETEX h EXAT 9999999999 FIELDS 2 a 1 b 2
    HSETEX h PXAT 9999999999999 FIELDS 1 a 1
    HSETEX h KEEPTTL FIELDS 1 a 1
    HSETEX h FNX FIELDS 1 a 1
    HSETEX h FNX EX 100 FIELDS 1 newone 1
    HSETEX h FXX EX 100 FIELDS 1 newone 1
    HSETEX h FXX KEEPTTL FIELDS 1 newone 1
    HSETEX h PXAT 1 FIELDS 2 newone 1 z 2
    HSETEX h EXAT 1 FIELDS 1 newone 1
    HGETDEL h FIELDS 2 a nono
    HGETDEL h FIELDS 1 nono
    HGETDEL h FIELDS 2 b c
    HSET hh a 1
    HPEXPIRE hh 1 FIELDS 1 a
    +10
    HGETDEL hh FIELDS 1 a
    HSET hh a 1 b 2
    HPEXPIRE hh 1 FIELDS 2 a b
    +10
    HGETEX hh EX 100 FIELDS 1 a
    HSETEX hh FXX EX 100 FIELDS 1 b 3
    HINCRBYFLOAT hh b 3
    HPEXPIRE hh 1 FIELDS 1 b
    +10
    HPERSIST hh FIELDS 1 b
    HSTRLEN hh b
    HSET hh b 1
    HPEXPIRE hh 1 FIELDS 1 b
    +10
    HEXISTS hh b
    HSET hh b 1
    HPEXPIRE hh 1 FIELDS 1 b
    +10
    HMGET hh b
    HSET hh b 1 c 2
    HPEXPIRE hh 1 FIELDS 1 b
    +10
    HRANDFIELD hh 10
    HLEN hh
    HPEXPIRE hh 1 FIELDS 1 c
    +10
    HRANDFIELD hh
    HLEN hh
    HSET hh c 2
    HSCAN hh 0
    HGETALL hh
    HLEN hh
    HDEL hh c
    COPY hh hh2
    RENAME hh hh3
    DEL hh3
  `,
  'what has expired': `
    SET a 1
    RPUSH l 1 2
    ZADD zd 1 a
    SET ex 1 PX 1
    +10
    SET ex 2
    SET ex 1 PX 1
    +10
    SET ex 2 NX
    SET ex 1 PX 1
    +10
    DEL ex
    SET ex 1 PX 1
    +10
    RENAME a ex
    SET ex 1 PX 1
    +10
    COPY zd ex REPLACE
    SET ex 1 PX 1
    +10
    EXISTS ex
    TYPE ex
    SET ex 1 PX 1
    +10
    EXPIRE ex 10
    SET ex 1 PX 1
    +10
    KEYS *
    SCAN 0 COUNT 1000
    SET ex 1 PX 1
    +10
    SORT l BY ex GET ex STORE ssd
    SET ex 1 PX 1
    +10
    OBJECT ENCODING ex
    SET ex 1 PX 1
    +10
    TOUCH ex
    SET ex 1 PX 1
    +10
    DUMP ex
    SET ex 1 PX 1
    +10
    GETEX ex PERSIST
    SET ex 1 PX 1
    +10
    MSETNX ex 1 exb 2
    SET ex 1 PX 1
    +10
    ZUNIONSTORE ex 2 l ex
    SET ex 1 PX 1
    +10
    FLUSHDB
    FLUSHALL SYNC
    FLUSHALL
  `,
  streams: `
    XADD s * f v
    XADD s 99999999999999-1 f v
    XADD s 99999999999999-* f v
    XADD s MAXLEN 2 99999999999999-* f v
    XADD s MAXLEN ~ 2 99999999999999-* f v
    XADD s MAXLEN ~ 200 99999999999999-* f v
    XADD s MAXLEN = 200 99999999999999-* f v
    XADD s NOMKSTREAM MAXLEN ~ 200 LIMIT 10 99999999999999-* f v
    XADD nos NOMKSTREAM * f v
    XADD s MINID 99999999999999-3 99999999999999-* f v
    XTRIM s MAXLEN 100
    XTRIM s MAXLEN ~ 1
    XTRIM s MAXLEN ~ 0
    XTRIM s MAXLEN 2
    XTRIM s MINID ~ 5
    XTRIM s MINID ~ 99999999999999-100 LIMIT 100
    XADD t 1-1 a 1
    XADD t 1-2 a 1
    XADD t 1-3 a 1
    XADD t 1-4 a 1
    XADD t 1-5 a 1
    XADD t 1-6 a 1
    XADD t 1-7 a 1
    XADD t 1-8 a 1
    XADD t 1-9 a 1
    XADD t 1-10 a 1
    XADD t 1-11 a 1
    XADD t 1-12 a 1
    XADD t 1-13 a 1
    XADD t 1-14 a 1
    XADD t 1-15 a 1
    XADD t 1-16 a 1
    XTRIM t MAXLEN ~ 12
    XTRIM t MAXLEN ~ 5 LIMIT 100
    XTRIM t MAXLEN ~ 5 LIMIT 100
    XADD t MAXLEN ~ 4 1-17 a 1
    XADD t MAXLEN ~ 4 1-18 a 1
    XADD t MAXLEN ~ 4 LIMIT 5 1-19 a 1
    XADD t MAXLEN ~ 4 1-20 a 1
    XADD t MINID ~ 1-15 1-21 a 1
    XADD t MINID ~ 1-15 1-22 a 1
    XADD t MINID ~ 1-15 LIMIT 20 * a 1
    XTRIM t MINID ~ 1-20
    XTRIM t MINID ~ 1-21
    XADD e 1-1 a b
    XADD e 2-1 a b
    XADD e 3-1 a b
    XADD e 4-1 a b
    XADD e 5-1 a b
    XTRIM e MINID ~ 9-0
    XADD e MINID ~ 12-0 10-1 a b
    XGROUP CREATE t g 0
    XGROUP CREATE t g2 $
    XGROUP CREATE t g3 0 ENTRIESREAD 3
    XGROUP CREATE mk g $ MKSTREAM
    XGROUP CREATE t g 0
    XGROUP CREATECONSUMER t g alice
    XGROUP CREATECONSUMER t g alice
    XGROUP SETID t g 0
    XGROUP SETID t g 0 ENTRIESREAD 2
    XREADGROUP GROUP g bob COUNT 2 STREAMS t >
    XREADGROUP GROUP g alice COUNT 1 STREAMS t >
    XREADGROUP GROUP g alice COUNT 1 NOACK STREAMS t >
    XREADGROUP GROUP g new STREAMS t 0
    XREADGROUP GROUP g new STREAMS t 0
    XREADGROUP GROUP g new2 NOACK STREAMS t >
    XREADGROUP GROUP g new3 STREAMS t >
    XREADGROUP GROUP g bob STREAMS t 0
    XREADGROUP GROUP g bob COUNT 1 STREAMS t 0
    XREADGROUP GROUP g2 bob STREAMS t >
    XREADGROUP GROUP g4 bob STREAMS t >
    XACK t g 1-1
    XACK t g 1-17 1-18
    XPENDING t g
    XPENDING t g - + 10
    XCLAIM t g carol 0 1-20 1-21
    XCLAIM t g carol 0 1-20 IDLE 100 RETRYCOUNT 3
    XCLAIM t g carol 0 1-20 TIME 1700000000000
    XCLAIM t g carol 0 1-20 JUSTID
    XCLAIM t g dave 0 1-22 FORCE
    XCLAIM t g dave 0 1-22 FORCE LASTID 1-30
    XCLAIM t g dave 0 1-99 FORCE
    XCLAIM t g dave 0 1-22 LASTID 1-31
    XCLAIM t g dave 100000000 1-22
    XCLAIM t g dave2 100000000 1-22
    XCLAIM t g dave2 100000000 1-22 LASTID 1-40
    XCLAIM t g dave3 0 1-99
    XAUTOCLAIM t g erin 0 0
    XAUTOCLAIM t g erin 0 0 COUNT 1
    XAUTOCLAIM t g erin 0 0 JUSTID
    XAUTOCLAIM t g frank 1000000 0
    XDEL t 1-20
    XDEL t 1-20
    XAUTOCLAIM t g gina 0 0
    XADD t 2-1 a b
    XADD t 2-2 a b
    XADD t 2-3 a b
    XREADGROUP GROUP g h STREAMS t >
    XDEL t 2-2
    XREADGROUP GROUP g h STREAMS t 0
    XCLAIM t g i 0 2-2 2-1
    XGROUP DELCONSUMER t g h
    XGROUP DELCONSUMER t g h
    XGROUP DESTROY t g3
    XGROUP DESTROY t g3
    XSETID t 9999999999999-0
    XSETID t 99999999999999-0
    XSETID t 99999999999999-0 ENTRIESADDED 1000 MAXDELETEDID 5-0
    XSETID nokey 1-1
    XREAD STREAMS t 0
    XLEN t
    @XREADGROUP GROUP g waits BLOCK 0 STREAMS t >
    @XREADGROUP GROUP g waits2 BLOCK 0 NOACK STREAMS t >
    @XREADGROUP GROUP g2 waits BLOCK 0 STREAMS t >
    @XREAD BLOCK 0 STREAMS t $
    XADD t 999999999999999-0 a b
    XADD t 999999999999999-1 a b
    XREADGROUP GROUP g bb COUNT 1 BLOCK 10 STREAMS t >
    XGROUP CREATE u1 g 0 MKSTREAM
    XGROUP CREATE u2 g 0 MKSTREAM
    XADD u1 1 a b
    XADD u2 1 a b
    XREADGROUP GROUP g bb STREAMS u1 u2 > >
    XADD u1 2 a b
    XREADGROUP GROUP g bb STREAMS u1 u2 > 0
    XREADGROUP GROUP g nnn STREAMS u1 u2 > >
    XREADGROUP GROUP g nnn2 NOACK STREAMS u1 u2 > >
    XADD u1 3 a b
    XADD u1 4 a b
    XGROUP SETID u1 g 0
    XDEL u1 3
    XREADGROUP GROUP g nnn2 NOACK STREAMS u1 u2 > >
    XREADGROUP GROUP g nnn2 STREAMS u1 u2 > >
    DEL u1
    @XREADGROUP GROUP g w BLOCK 0 STREAMS u2 >
    DEL u2
  `,
};
