@rem Windows has no "exec": here the scripts of package.json find this one, which only runs what it is given.
@%*
