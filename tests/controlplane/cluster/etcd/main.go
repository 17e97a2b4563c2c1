// Command etcd is the stock etcd server: its own module keeps no buildable main
// that can be required as a dependency.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	etcdmain.Main(os.Args)
}
